-- Claim: some items off the head of a list, into a batch that is ours for a while.
--
-- Invariants
--   * an item is in the list or in a batch, never in neither: it is moved in this one step;
--   * a batch whose drainer died is handed out again, whole, when its time is over by the server's clock;
--   * a batch is deleted only by `finish`, after the desk has all of it.
--
-- KEYS  1 list   2 batches (zset: batch key -> when its time is over)   3 key of a new batch
-- ARGV  1 most items   2 seconds
-- Reply { batch key, items } or { '', {} }

local now = tonumber(redis.call('TIME')[1])

local function hand_out(batch)
  redis.call('ZADD', KEYS[2], now + tonumber(ARGV[2]), batch)
  return { batch, redis.call('LRANGE', batch, 0, -1) }
end

for _, batch in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now, 'LIMIT', 0, 10)) do
  if redis.call('EXISTS', batch) == 1 then return hand_out(batch) end
  redis.call('ZREM', KEYS[2], batch)
end

local items = redis.call('LRANGE', KEYS[1], 0, tonumber(ARGV[1]) - 1)
if #items == 0 then return { '', {} } end
redis.call('RPUSH', KEYS[3], unpack(items))
redis.call('LTRIM', KEYS[1], #items, -1)
return hand_out(KEYS[3])
