-- Finish: what became of each job of a batch, in one step for all of them.
--
-- Invariants
--   * fenced: a job whose lease is no longer there was given to another, finished before, or stopped: nothing of it is
--     written. So this may be sent again after a lost reply, and a worker that slept through its lease changes nothing;
--   * a job's end, the jobs that follow from it, its texts and its stream entries appear together or not at all;
--   * what can go wrong is read before the first write: an error leaves all as it was. The first write is one that a
--     full Redis refuses.
--
-- call  queue worker seconds jobs
--       jobs: { id, execution, end, ... }   end: done (effects, value, again)  failed (trace, kind, reason, retry)
--             back (cap)  waits (seconds)  stopped (trace, kind, reason)  foreign (kind, reason)
-- Reply { written, lost, orphans, waiting, dependents, given_up }   all but the numbers: job ids

local lost, dependents, back, finished, given_up = {}, {}, {}, {}, {}
local good, bad = 0, 0
local queue, worker = call.queue, call.worker

local kept_until = string.format('%.6f', now + common.keep_jobs)

local registered = is_registered(worker)
redis.call('HSET', worker_key(worker), 'state', 'busy')

local function finish(job)
  local key = job_key(job.id)
  apply(job.effects, job.again)
  if common.keep_jobs == 0 then
    redis.call('DEL', key)
  else
    redis.call('HSET', key, 'status', 'finished', 'ended_at', iso)
    redis.call('EXPIRE', key, KEEP_JOBS)
    finished[#finished + 1] = kept_until
    finished[#finished + 1] = job.id
  end
  if job.value then
    put_result(job.id, math.max(common.keep_jobs, 1), 'type', 1, 'worker_name', worker, 'execution_id', job.execution,
      'return_value', job.value)
  end
  good = good + 1
  count('jobs:' .. queue .. ':done')
end

local function fail(job)
  bad = bad + 1
  local left = whole((fields_of(job_key(job.id), 'retries_left') or {})[1], 0)
  if job.retry and left > 0 then
    redis.call('HSET', job_key(job.id), 'status', 'queued', 'enqueued_at', iso, 'started_at', '', 'worker_name', '',
      'retries_left', left - 1)
    redis.call('RPUSH', list_key(queue), job.id)
    count('jobs:' .. queue .. ':retried')
    return
  end
  count('jobs:' .. queue .. ':failed')
  given_up[#given_up + 1] = job.id
  put_failed(queue, worker, job.id, 'failed', job.trace, job.execution)
  reject_job(queue, job.id, job.kind, job.reason)
end

local ENDS = {
  done = finish,
  failed = fail,
  back = function(job)
    back[#back + 1] = job
    count('jobs:' .. queue .. ':back')
  end,
  waits = function(job)
    redis.call('HSET', job_key(job.id), 'status', 'scheduled', 'started_at', '', 'worker_name', '')
    redis.call('ZADD', rq .. ':scheduled:' .. queue, now + job.seconds, job.id)
    count('jobs:' .. queue .. ':waited')
  end,
  stopped = function(job)
    count('jobs:' .. queue .. ':stopped')
    given_up[#given_up + 1] = job.id
    put_failed(queue, worker, job.id, 'stopped', job.trace, job.execution)
    reject_job(queue, job.id, job.kind, job.reason)
  end,
  foreign = function(job)
    quarantine(queue, job.id, job.kind, job.reason)
    count('jobs:' .. queue .. ':foreign')
  end,
}

-- The fence, for the whole batch at once: which of its jobs are still ours; their leases are taken away.
local function end_leases()
  local members, ours, gone = {}, {}, {}
  for i, job in ipairs(call.jobs) do members[i] = job.id .. ':' .. job.execution end
  local scores = redis.call('ZMSCORE', wip_key(queue), unpack(members))
  for i, job in ipairs(call.jobs) do
    if scores[i] then
      ours[#ours + 1] = job
      gone[#gone + 1] = rq .. ':execution:' .. members[i]
      gone[#gone + 1] = rq .. ':executions:' .. job.id
    else
      lost[#lost + 1] = job.id
    end
  end
  redis.call('SREM', held_key(worker), unpack(members))
  if #ours > 0 then
    redis.call('ZREM', wip_key(queue), unpack(members))
    redis.call('DEL', unpack(gone))
  end
  return ours
end

-- A job that a person deleted meanwhile has nothing left to say.
for _, job in ipairs(end_leases()) do
  local records = redis.call('EXISTS', job_key(job.id), job_key(job.id) .. ':dependents')
  if records == 2 and job['end'] == 'done' then dependents[#dependents + 1] = job.id end
  if records > 0 then ENDS[job['end']](job) end
end

-- The first of the batch ends up foremost again.
for i = #back, 1, -1 do put_back(queue, back[i].id, back[i].cap) end
push_jobs()
close_files()
if good > 0 then count_time(queue, call.seconds / #call.jobs, good) end
write_counts()
if #finished > 0 then redis.call('ZADD', rq .. ':finished:' .. queue, unpack(finished)) end
local waiting = redis.call('LLEN', list_key(queue))
if registered then
  if good > 0 then redis.call('HINCRBY', worker_key(worker), 'successful_job_count', good) end
  if bad > 0 then redis.call('HINCRBY', worker_key(worker), 'failed_job_count', bad) end
  redis.call('HINCRBYFLOAT', worker_key(worker), 'total_working_time', call.seconds)
  if waiting == 0 then
    redis.call('HSET', worker_key(worker), 'state', 'idle')
    redis.call('ZADD', common.leases, now + common.idle, worker)
  end
else
  redis.call('DEL', worker_key(worker))
end
return { good + bad + #back, lost, orphans, waiting, dependents, given_up }
