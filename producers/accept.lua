-- Accept a file: its facts and its first job appear together or not at all.
--
-- Invariants
--   * a file id is accepted once: a second call (another sighting, a sender who lost our reply) changes nothing;
--   * an accepted file is in `open` until it has an outcome, and has a job queued for it in the same step;
--   * above the high-water mark nothing is accepted: the sender is told and still owns the file.
--
-- KEYS  1 file hash   2 open files (zset)   3 job hash   4 queue (list)   5 RQ's set of queues
-- ARGV  1 file id   2 job id   3 high-water mark   4 count of facts   then facts, then fields of the job
-- Reply 1 accepted, 0 known, -1 the queue is full

if redis.call('EXISTS', KEYS[1]) == 1 then
  return 0
end
if redis.call('LLEN', KEYS[4]) >= tonumber(ARGV[3]) then
  return -1
end
local facts = tonumber(ARGV[4])
local now = redis.call('TIME')
redis.call('HSET', KEYS[1], unpack(ARGV, 5, 4 + facts))
redis.call('ZADD', KEYS[2], now[1], ARGV[1])
redis.call('HSET', KEYS[3], unpack(ARGV, 5 + facts))
redis.call('SADD', KEYS[5], KEYS[4])
redis.call('RPUSH', KEYS[4], ARGV[2])
return 1
