-- What a stage wants done (workers/effects.py), each part safe to apply again.
--
-- Invariants
--   * a job whose record exists is left alone, waiting, running or ended: a stage that runs twice makes its jobs once;
--   * only a file that starts over (`again`, the instant of that decision) has its older jobs made anew;
--   * a new job stands complete in its hash before its id is in the list: `push_jobs` comes last.

local pushed = {}
-- As texts, once: Redis would write a number out anew for each command that it is an argument of.
local TIMEOUT, KEEP_JOBS, RETRIES = tostring(common.timeout), tostring(common.keep_jobs), tostring(common.retries)

local function make_job(job, again)
  local key = job_key(job.id)
  local record = fields_of(key, 'status', 'enqueued_at')
  if not record then quarantine(job.queue, job.id, 'type', 'The record of this job is not a hash.') end
  local status = record and record[1]
  if status and (not again or (record[2] or '') >= again) then return end
  if status then
    redis.call('DEL', key)
    redis.call('ZREM', rq .. ':finished:' .. job.queue, job.id)
    redis.call('ZREM', rq .. ':failed:' .. job.queue, job.id)
  end
  redis.call('HSET', key, 'created_at', iso, 'enqueued_at', iso, 'origin', job.queue, 'status', 'queued', 'data',
    ARGV[job.data], 'description', ARGV[job.data + 1], 'timeout', TIMEOUT, 'result_ttl', KEEP_JOBS,
    'retries_left', RETRIES)
  if again then redis.call('HSET', key, 'again', again) end
  local list = pushed[job.queue] or {}
  list[#list + 1] = job.id
  pushed[job.queue] = list
end

-- In pieces: Lua's stack holds some thousands of arguments.
local PIECE = 1000
local function push_jobs()
  for queue, ids in pairs(pushed) do
    redis.call('SADD', rq .. ':queues', list_key(queue))
    for from = 1, #ids, PIECE do
      redis.call('RPUSH', list_key(queue), unpack(ids, from, math.min(from + PIECE - 1, #ids)))
    end
  end
end

local function apply(effects, again)
  for _, write in ipairs(effects.writes or {}) do
    redis.call('SET', write.key, ARGV[write.value], 'EX', write.ttl)
  end
  for _, part in ipairs(effects.parts or {}) do count_part(part) end
  for _, article in ipairs(effects.publications or {}) do publish(article) end
  for _, end_of in ipairs(effects.rejections or {}) do cut(end_of.file, end_of.stage, end_of.kind, end_of.reason) end
  for _, job in ipairs(effects.jobs or {}) do make_job(job, again) end
end
