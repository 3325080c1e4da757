-- Reopen: a file that has its outcome starts over from its first part, because a person asked for it.
--
-- Invariants
--   * what it published stays counted and is not published twice (the bitmap `published` and its counters stay);
--   * who sent it by a key of the gateway may still ask for it;
--   * all else of its account begins anew: parts, found, rejected, notes, times;
--   * the new jobs carry the instant of this decision; records of the file's jobs that are older are ghosts.
--
-- call  file job (as effects.jobs)
-- Reply 1 reopened, 2 it is open already, 0 its receipt is gone

local KEPT = { info = 1, state = 1, articles = 1, copies = 1, closings = 1, traceparent = 1 }

local function reopen(file)
  local key = account(file)
  if not key then return 0 end
  if redis.call('HGET', key, 'state') ~= 'done' then return 2 end
  for _, field in ipairs(redis.call('HKEYS', key)) do
    local kept = KEPT[field] or string.match(field, '^version:') or string.match(field, '^by:')
    if not kept then redis.call('HDEL', key, field) end
  end
  redis.call('DEL', key .. ':parts', key .. ':rejected')
  redis.call('HSET', key, 'state', 'open')
  redis.call('PERSIST', key)
  redis.call('PERSIST', key .. ':published')
  redis.call('ZADD', common.open, now, file)
  make_job(call.job, iso)
  return 1
end

local answer = reopen(call.file)
push_jobs()
return answer
