-- Again: a file without outcome and without a live job starts over.
--
-- Invariants
--   * what it gave already is not given twice: parts and articles are remembered by its bitmaps;
--   * the new jobs carry the instant of this decision; records of the file's jobs that are older are ghosts;
--   * each start waits twice as long as the one before; after the last one the file is closed as it stands.
--
-- call  file job (as effects.jobs) pause most
-- Reply 1 started again, 2 closed, 0 nothing to do

local STUCK = 'The file was started %d times and never came to its end.'

local function start_over(file)
  local key = account(file)
  local record = key and redis.call('HMGET', key, 'state', 'sweeps', 'swept_at')
  if not record or record[1] ~= 'open' then
    redis.call('ZREM', common.open, file)
    return 0
  end
  local sweeps = whole(record[2], 0)
  if sweeps > 0 and now < (tonumber(record[3] or 0) or 0) + call.pause * 2 ^ sweeps then return 0 end
  if sweeps >= call.most then
    redis.call('HSET', key, 'forced', 1)
    cut(file, common.first, 'stuck', string.format(STUCK, sweeps))
    return 2
  end
  redis.call('HSET', key, 'sweeps', sweeps + 1, 'swept_at', now)
  make_job(call.job, iso)
  return 1
end

local answer = start_over(call.file)
push_jobs()
close_files()
write_counts()
return answer
