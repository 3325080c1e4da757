-- Claim: up to so many jobs from the queue's front into a worker's hands, in one step.
--
-- Invariants
--   * an id leaves the list and is leased in the same step, or stays where it is;
--   * a worker holds one batch: what it holds already is handed out again instead of more. So a lost reply costs
--     nothing, and what a Redis that was rolled back still calls ours is run again;
--   * a lone job goes at once; a backlog is shared among the queue's workers, but for the `least` of a
--     batch; a job with a `batch_cap` (its batch died) is never in a larger batch than that;
--   * nobody takes more while the next stage's queue is above the high-water mark: what it cannot keep up with stays
--     further back, at last with the producers;
--   * only a record of our form is leased; any other goes to quarantine; an id that does not wait is dropped.
--
-- KEYS  1 list  2 wip (zset)  3 worker's executions (set)  4 worker (hash)  5 suspended  6 queue's workers (set)
--       7 the next stage's list, if there is one
-- call  queue worker limit least mark largest
-- Reply { state, held, odd }   state: 0 claimed, 1 suspended, 2 the worker is not registered, 3 the next queue is full
--                              held: { id, execution, data, again } ...   odd: { id, kind } ...

local held, odd = {}, {}

if redis.call('EXISTS', KEYS[5]) == 1 then return { 1, held, odd } end
if not is_registered(call.worker) then return { 2, held, odd } end

-- As texts, once: Redis would write a number out anew for each command that it is an argument of.
local since, shelf = string.format('%.6f', now), tostring(common.shelf)
local shelf_end = string.format('%.6f', now + common.shelf)

-- An own lease is short and judged here; the score that RQ's tools judge by their own clocks lies far ahead. `leases`
-- and `members` are written for the whole batch at once.
local leases, members = {}, {}
local function lease(id, execution)
  local member = id .. ':' .. execution
  local key, runs = rq .. ':execution:' .. member, rq .. ':executions:' .. id
  redis.call('HSET', key, 'id', execution, 'job_id', id, 'created_at', since, 'last_heartbeat', since,
    'worker_name', call.worker)
  redis.call('EXPIRE', key, shelf)
  redis.call('ZADD', runs, shelf_end, execution)
  redis.call('EXPIRE', runs, shelf)
  redis.call('HSET', job_key(id), 'status', 'started', 'started_at', iso, 'last_heartbeat', iso,
    'worker_name', call.worker)
  redis.call('PERSIST', job_key(id))
  leases[#leases + 1] = shelf_end
  leases[#leases + 1] = member
  members[#members + 1] = member
end

local function hand_out(id, execution, data, again)
  held[#held + 1] = { id, execution, data or '', again or '' }
end

for _, job in ipairs(held_by(call.worker)) do
  local record = redis.call('ZSCORE', KEYS[2], job[1]) and fields_of(job_key(job[2]), 'data', 'again')
  if record then
    hand_out(job[2], job[3], record[1], record[2])
  else
    redis.call('SREM', KEYS[3], job[1])
  end
end

-- Behind the first four, fields that make RQ call, post or repeat something: no job of ours has them. What a job once
-- waited for (`dependency_ids`) has ended when RQ queues it.
local FIELDS = { 'status', 'data', 'batch_cap', 'again', 'success_callback_name', 'failure_callback_name',
  'stopped_callback_name', 'webhooks', 'rate_limit_key', 'repeats_left' }
local OURS = 4
-- The same, but that a call which is too large is never read.
local UNREAD = { FIELDS[1], 'size', unpack(FIELDS, 3) }
local ELSEWHERE = { started = 1, finished = 1, failed = 1, stopped = 1, canceled = 1, scheduled = 1, deferred = 1,
  rate_limited = 1, ready_to_enqueue = 1 }

-- The fields of a waiting job of our form, or nothing and what is odd; `stale` ids are dropped without a word.
local function waiting_job(id)
  local size = redis.pcall('HSTRLEN', job_key(id), 'data')
  if type(size) == 'table' then return nil, 'type' end
  local record = redis.call('HMGET', job_key(id), unpack(size > call.largest and UNREAD or FIELDS))
  if ELSEWHERE[record[1] or ''] then return nil, 'stale' end
  if record[1] ~= 'queued' then return nil, redis.call('EXISTS', job_key(id)) == 1 and 'status' or 'missing' end
  for i = OURS + 1, #FIELDS do
    if record[i] and record[i] ~= '' then return nil, 'foreign' end
  end
  if size == 0 then return nil, 'no-data' end
  if size > call.largest then return nil, 'oversized' end
  return record
end

local function is_an_id(id) return #id <= 200 and string.match(id, '^[%w_%-]+$') end

local REASONS = {
  id = 'The job id has characters or a length that RQ does not allow.',
  type = 'The record of this job is not a hash.',
  status = 'The record of this job has no status that RQ knows.',
  missing = 'The queue names a job whose record is gone.',
  foreign = 'The job asks for callbacks, webhooks, repeats or a rate limit, which wiredesk never uses and never runs.',
  ['no-data'] = 'The record of this job names no function to call.',
  oversized = 'The record of this job is larger than any of wiredesk can be.',
}

local crowded = #held == 0 and KEYS[7] and redis.call('LLEN', KEYS[7]) >= common.high_water

if #held == 0 and not crowded then
  local waiting = redis.call('LLEN', KEYS[1])
  local share = math.ceil(waiting / math.max(redis.call('SCARD', KEYS[6]), 1))
  local limit, seen = math.min(call.limit, math.max(share, call.least)), 0
  for _, id in ipairs(redis.call('LRANGE', KEYS[1], 0, limit - 1)) do
    local record, wrong = nil, 'id'
    if is_an_id(id) then record, wrong = waiting_job(id) end
    if not record then
      if wrong ~= 'stale' then quarantine(call.queue, id, wrong, REASONS[wrong]) end
      odd[#odd + 1] = { shown(id), wrong }
    else
      local cap = whole(record[3], limit)
      if #held > 0 and #held >= cap then break end
      limit = math.min(limit, math.max(cap, 1))
      local execution = call.mark .. string.format('%05d', #held + 1)
      lease(id, execution)
      hand_out(id, execution, record[2], record[4])
    end
    seen = seen + 1
    if #held >= limit then break end
  end
  if seen > 0 then redis.call('LTRIM', KEYS[1], seen, -1) end
  if #members > 0 then
    redis.call('ZADD', KEYS[2], unpack(leases))
    redis.call('SADD', KEYS[3], unpack(members))
  end
end

redis.call('ZADD', common.leases, now + (#held > 0 and common.lease or common.idle), call.worker)
if #held > 0 then redis.call('EXPIRE', KEYS[3], common.shelf) end
redis.call('HSET', KEYS[4], 'state', #held > 0 and 'busy' or 'idle')
return { crowded and 3 or 0, held, odd }
