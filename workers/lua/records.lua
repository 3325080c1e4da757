-- RQ's records of a job, as rq 3.0.0 keeps them, and the step that takes a job out of a worker's hands.
--
-- Invariants
--   * a job id is in its queue's list, in `rq:wip:{queue}` as `{job}:{execution}` or, when it waits for the object store,
--     in `rq:scheduled:{queue}`, never in none and never in two;
--   * whoever removes that entry, and nobody else, may say what becomes of the job: this is the fence;
--   * while it is there, the job's hash says `started`, the execution's hash exists, and the worker's set names it.
--
-- ARGV[1] holds what is the same in every call of a worker: names, ids, times (wire.Common). ARGV[2] this call.

local common = cmsgpack.unpack(ARGV[1])
local call = cmsgpack.unpack(ARGV[2])
local rq = common.rq

local function job_key(id) return rq .. ':job:' .. id end
local function list_key(queue) return rq .. ':queue:' .. queue end
local function wip_key(queue) return rq .. ':wip:' .. queue end
local function held_key(worker) return rq .. ':worker:' .. worker .. ':executions' end
local function worker_key(worker) return rq .. ':worker:' .. worker end

-- Whether RQ's tools see this worker: a row that was buried or flushed is written anew by its worker alone.
local function is_registered(worker) return redis.call('HEXISTS', worker_key(worker), 'birth') == 1 end

-- Off RQ's lists of workers.
local function unlist(worker, queue)
  redis.call('SREM', rq .. ':workers', worker_key(worker))
  redis.call('SREM', rq .. ':workers:' .. queue, worker_key(worker))
end

-- Takes the lease away. False when it is not there: another has decided, and nothing of this job is ours to touch.
local function end_lease(queue, id, execution)
  local lease = id .. ':' .. execution
  if redis.call('ZREM', wip_key(queue), lease) == 0 then return false end
  redis.call('DEL', rq .. ':execution:' .. lease, rq .. ':executions:' .. id)
  return true
end

local function release(queue, worker, id, execution)
  redis.call('SREM', held_key(worker), id .. ':' .. execution)
  return end_lease(queue, id, execution)
end

-- What a worker holds, in the order of its batch: { lease, job id, execution id } ...
local function held_by(worker)
  local all = {}
  for _, lease in ipairs(redis.call('SMEMBERS', held_key(worker))) do
    local id, execution = string.match(lease, '^([^:]+):([^:]+)$')
    if id then
      all[#all + 1] = { lease, id, execution }
    else
      redis.call('SREM', held_key(worker), lease)
    end
  end
  table.sort(all, function(a, b) return a[3] < b[3] end)
  return all
end

-- A whole number of a hash's field, whatever a stranger wrote there.
local function whole(text, default)
  local n = tonumber(text or '')
  if not n or n ~= n or n < -1e9 or n > 1e9 then return default end
  return math.floor(n)
end

-- The fields of a hash, or nothing when the key is none.
local function fields_of(key, ...)
  local values = redis.pcall('HMGET', key, ...)
  if values.err then return nil end
  return values
end

-- Back to the front of its queue, as a job that waits. `cap` is the largest batch it may run in from now on.
local function put_back(queue, id, cap, retries_left)
  local key = job_key(id)
  redis.call('HSET', key, 'status', 'queued', 'enqueued_at', iso, 'started_at', '', 'worker_name', '')
  if cap then redis.call('HSET', key, 'batch_cap', cap) end
  if retries_left then redis.call('HSET', key, 'retries_left', retries_left) end
  redis.call('LPUSH', list_key(queue), id)
end

-- What a job gave, where RQ's tools look for it. Redis sets 4 KB aside for the first entries of a stream, and nearly
-- all of these have one: a copy takes what it holds, 0.8 of 4.7 KB. `ttl` in seconds, or for ever.
local function put_result(id, ttl, ...)
  local key = rq .. ':results:' .. id
  local lean = key .. ':lean'
  redis.call('XADD', key, 'MAXLEN', 10, '*', ...)
  if ttl > 0 then redis.call('EXPIRE', key, ttl) end
  redis.call('COPY', key, lean, 'REPLACE')
  redis.call('RENAME', lean, key)
end

-- To the failed registry, with the traceback where RQ's tools look for it. RQ keeps failures for a year.
local FAILURE_SECONDS = 31536000
local function put_failed(queue, worker, id, status, trace, execution)
  local key = job_key(id)
  local ttl = whole((fields_of(key, 'failure_ttl') or {})[1], FAILURE_SECONDS)
  redis.call('HSET', key, 'status', status, 'ended_at', iso, 'last_heartbeat', iso)
  put_result(id, ttl, 'type', status == 'stopped' and 3 or 2, 'worker_name', worker, 'exc_string', trace,
    'execution_id', execution)
  redis.call('ZADD', rq .. ':failed:' .. queue, ttl < 0 and '+inf' or now + ttl, id)
  if ttl > 0 then redis.call('EXPIRE', key, ttl) end
end
