-- Look: each stage's queue and workers at one instant, by the server's clock. Reads only.
--
-- KEYS  1 leases (zset)
-- ARGV  1 RQ's prefix   then the stages
-- Reply { now, { waiting, running, failed, living workers, busy workers, later, oldest waiting, oldest running } ... }
--       later: what waits for the object store,
--       and the oldest is the instant (as RQ writes it) that the queue's first job came, or the first lease's job
--       started; '' where there is none. Of a worker's row RQ keeps three minutes after its death: the lease decides,
--       where it has one (a plain `rq worker` has none).

local rq = ARGV[1]
local clock = redis.call('TIME')
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1000000

local function field(key, name)
  local value = redis.pcall('HGET', key, name)
  return type(value) == 'string' and value or ''
end

local function first(command, key, name)
  local ids = redis.pcall(command, key, 0, 0)
  local id = type(ids) == 'table' and not ids.err and ids[1]
  return id and field(rq .. ':job:' .. (string.match(id, '^([^:]+)') or ''), name) or ''
end

local function size(command, key)
  local n = redis.pcall(command, key)
  return type(n) == 'number' and n or 0
end

local function workers(stage)
  local living, busy = 0, 0
  for _, key in ipairs(redis.call('SMEMBERS', rq .. ':workers:' .. stage)) do
    local lease = redis.call('ZSCORE', KEYS[1], string.sub(key, #rq + 9))
    local state = field(key, 'state')
    if lease and tonumber(lease) > now or not lease and state ~= '' then
      living = living + 1
      if state == 'busy' then busy = busy + 1 end
    end
  end
  return living, busy
end

local seen = { tostring(clock[1]) .. '.' .. string.format('%06d', tonumber(clock[2])) }
for i = 2, #ARGV do
  local stage = ARGV[i]
  local list, wip = rq .. ':queue:' .. stage, rq .. ':wip:' .. stage
  local living, busy = workers(stage)
  seen[#seen + 1] = {
    size('LLEN', list), size('ZCARD', wip), size('ZCARD', rq .. ':failed:' .. stage), living, busy,
    size('ZCARD', rq .. ':scheduled:' .. stage),
    first('LRANGE', list, 'enqueued_at'), first('ZRANGE', wip, 'started_at'),
  }
end
return seen
