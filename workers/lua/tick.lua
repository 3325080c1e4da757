-- Tick: a worker says that it lives, gives the jobs of workers that died to those that live, and queues what is due.
--
-- Invariants
--   * a lease ends by the server's clock alone;
--   * a dead worker's jobs are judged and written in one step, each behind the removal of its own lease entry: two
--     workers that tick at once cannot do it twice;
--   * a batch that died comes back in halves until each is alone; who dies alone pays with a retry, and after the last
--     one its file or article is rejected. The innocent pay nothing: while workers die that never held a job, its own
--     deaths prove less, and as many of them are free as it has retries;
--   * while no worker at all was heard, Redis or the network was away and nobody could renew: leases that ended then
--     begin anew, and no death is seen in them;
--   * a worker has a lease before it has a row: it ticks, then registers. So nobody can die unnoticed;
--   * the dead leave no row in RQ's list of workers.
--
-- KEYS  1 worker (hash)   2 suspended
-- call  worker queue trace sweep (milliseconds that its lock lasts, 0: not now) young (seconds)
-- Reply { registered, suspended, idle workers of all queues, { worker, jobs, back, rejected } ..., old files, lapse,
--         given up }   the last: ids of the jobs that were rejected
--       old files: open for longer than `young`, nil unless this worker is the one to sweep
--       lapse: milliseconds until the next lease of any worker ends, if nobody renews it

local DEAD_AT_ONCE = 20
local REASON = 'The worker died %d times while it ran this, at last alone: it was killed, ran out of memory or crashed.'
-- Deaths that follow each other within a minute are counted together: a machine that goes down, a fleet that is killed
-- by hand, a laptop that slept.
local CALM_SECONDS = 60
local recent, given_up = 0, {}

local function count_death()
  recent = redis.call('INCR', common.deaths)
  redis.call('EXPIRE', common.deaths, CALM_SECONDS)
end

-- Whether so many workers have died lately without this job that its own death is no proof: it is spared, some times.
local function is_spared(id, deaths)
  if recent - deaths < common.retries then return false end
  return redis.call('HINCRBY', job_key(id), 'spared', 1) <= common.retries
end

local function take_from(queue, worker, id, execution, cap, tally)
  if not release(queue, worker, id, execution) then return end
  local record = fields_of(job_key(id), 'status', 'retries_left', 'deaths')
  if not record or record[1] ~= 'started' then return end
  local left, deaths = whole(record[2], 0), whole(record[3], 0) + 1
  redis.call('HSET', job_key(id), 'deaths', deaths)
  if cap >= 1 then
    put_back(queue, id, cap)
    tally.back = tally.back + 1
    return
  end
  local paid = is_spared(id, deaths) and 0 or 1
  if paid == 0 or left > 1 then
    put_back(queue, id, 1, left - paid)
    tally.back = tally.back + 1
    return
  end
  local reason = string.format(REASON, deaths)
  redis.call('HSET', job_key(id), 'retries_left', 0)
  given_up[#given_up + 1] = id
  put_failed(queue, worker, id, 'failed', call.trace, execution)
  reject_job(queue, id, 'killer', reason)
  tally.rejected = tally.rejected + 1
end

local function bury(worker)
  local queue = string.match(worker, '^(.-)@') or call.queue
  local held, tally = held_by(worker), { back = 0, rejected = 0 }
  count_death()
  for i = #held, 1, -1 do take_from(queue, worker, held[i][2], held[i][3], math.floor(#held / 2), tally) end
  count('died:' .. queue)
  count('recovered:' .. queue, tally.back + tally.rejected)
  redis.call('DEL', held_key(worker), worker_key(worker))
  unlist(worker, queue)
  return { worker, #held, tally.back, tally.rejected }
end

local registered = is_registered(call.worker)
if registered then
  redis.call('EXPIRE', KEYS[1], common.row)
  redis.call('HSET', KEYS[1], 'last_heartbeat', iso)
end
redis.call('ZADD', common.leases, now + common.idle, call.worker)

-- Redis's clock was set back: leases of the dead would last until it has caught up. Nobody's is longer than this.
local FARTHEST = now + math.max(common.idle, common.lease) + 1
for _, worker in ipairs(redis.call('ZRANGEBYSCORE', common.leases, FARTHEST, '+inf', 'LIMIT', 0, DEAD_AT_ONCE)) do
  redis.call('ZADD', common.leases, now + common.idle, worker)
end

-- What waits for the object store, in RQ's registry of what is to run later (`waits` in finish.lua).
local DUE_AT_ONCE = 500
local later = rq .. ':scheduled:' .. call.queue
for _, id in ipairs(redis.call('ZRANGEBYSCORE', later, '-inf', now, 'LIMIT', 0, DUE_AT_ONCE)) do
  redis.call('ZREM', later, id)
  if (fields_of(job_key(id), 'status') or {})[1] == 'scheduled' then
    redis.call('HSET', job_key(id), 'status', 'queued', 'enqueued_at', iso)
    redis.call('RPUSH', list_key(call.queue), id)
  end
end

-- A living fleet is heard every second or two: by ticks, and by heartbeats where all are at work.
local SILENT = math.max(common.lease, 3)
-- Leases that begin anew: workers that waited for Redis look every three seconds at least.
local ANEW = 2 * common.lease
local heard = tonumber(redis.call('HGET', common.counts, 'heard') or '')
redis.call('HSET', common.counts, 'heard', string.format('%.0f', 1000 * now))
if heard and now - heard / 1000 > SILENT then
  for _, worker in ipairs(redis.call('ZRANGEBYSCORE', common.leases, '-inf', now)) do
    redis.call('ZADD', common.leases, now + ANEW, worker)
  end
end

local dead = {}
for _, worker in ipairs(redis.call('ZRANGEBYSCORE', common.leases, '-inf', now, 'LIMIT', 0, DEAD_AT_ONCE)) do
  redis.call('ZREM', common.leases, worker)
  dead[#dead + 1] = bury(worker)
end

-- What no worker answers for: a plain `rq worker` died, or a person deleted a worker's row.
local strays = { back = 0, rejected = 0 }
for _, member in ipairs(redis.call('ZRANGEBYSCORE', wip_key(call.queue), '-inf', now, 'LIMIT', 0, DEAD_AT_ONCE)) do
  local id, execution = string.match(member, '^([^:]+):(.*)$')
  if id then take_from(call.queue, '', id, execution, 0, strays) else redis.call('ZREM', wip_key(call.queue), member) end
end
if strays.back + strays.rejected > 0 then
  count('recovered:' .. call.queue, strays.back + strays.rejected)
  dead[#dead + 1] = { '?', strays.back + strays.rejected, strays.back, strays.rejected }
end
if #dead > 0 then
  close_files()
  write_counts()
end

-- One worker at a time looks after the files that have been open for long (sweep.py).
local SWEPT_AT_ONCE = 500
local old, suspended = false, redis.call('EXISTS', KEYS[2])
if call.sweep > 0 and suspended == 0 and redis.call('SET', common.sweep, call.worker, 'NX', 'PX', call.sweep) then
  old = redis.call('ZRANGEBYSCORE', common.open, '-inf', now - call.young, 'LIMIT', 0, SWEPT_AT_ONCE)
end
-- Who holds a batch has a shorter lease, and is not ticking now.
local idle = redis.call('ZCOUNT', common.leases, now + common.lease, '+inf')
local first = redis.call('ZRANGE', common.leases, 0, 0, 'WITHSCORES')
local lapse = math.max(0, math.ceil(1000 * (tonumber(first[2]) - now)))
return { registered and 1 or 0, suspended, idle, dead, old, lapse, given_up }
