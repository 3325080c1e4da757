-- Renew: a worker that runs a batch is alive. Sent by its heartbeat thread, whatever the batch is doing.
--
-- Invariants
--   * a lease that ended is not renewed: what it covered belongs to others now, and the worker is told so;
--   * the first write is one that a full Redis does not refuse: a lack of memory must not look like a death.
--
-- KEYS  1 worker (hash)   2 worker's executions (set)   3 wip (zset)
-- call  worker full (true: renew what RQ's tools look at, too)
-- Reply 1 renewed, 0 the lease has ended

redis.call('EXPIRE', KEYS[1], common.row)
if not redis.call('ZSCORE', common.leases, call.worker) then return 0 end
redis.call('ZADD', common.leases, 'XX', now + common.lease, call.worker)
redis.call('HSET', common.counts, 'heard', string.format('%.0f', 1000 * now))
if not call.full then return 1 end
redis.call('HSET', KEYS[1], 'last_heartbeat', iso)
redis.call('EXPIRE', KEYS[2], common.shelf)
for _, member in ipairs(redis.call('SMEMBERS', KEYS[2])) do
  local id = string.match(member, '^([^:]+):')
  redis.call('ZADD', KEYS[3], 'XX', now + common.shelf, member)
  redis.call('EXPIRE', rq .. ':execution:' .. member, common.shelf)
  redis.call('EXPIRE', rq .. ':executions:' .. id, common.shelf)
  if redis.call('EXISTS', job_key(id)) == 1 then redis.call('HSET', job_key(id), 'last_heartbeat', iso) end
end
return 1
