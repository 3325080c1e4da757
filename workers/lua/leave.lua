-- Leave: a worker that stops gives back all that is still leased to it, known to it or not, and nobody pays; its row
-- goes the way of RQ's `register_death`.
--
-- Invariants
--   * what is not given back here (Redis was away) returns when the lease ends;
--   * the first of the batch is foremost in the queue again.
--
-- call  queue worker
-- Reply the jobs given back

-- As long as RQ shows it.
local DEATH_SECONDS = 60

local held = held_by(call.worker)
local given = 0
for i = #held, 1, -1 do
  local id, execution = held[i][2], held[i][3]
  if release(call.queue, call.worker, id, execution) then
    local record = fields_of(job_key(id), 'status')
    if record and record[1] == 'started' then
      put_back(call.queue, id)
      given = given + 1
    end
  end
end
redis.call('ZREM', common.leases, call.worker)
unlist(call.worker, call.queue)
redis.call('DEL', held_key(call.worker))
if is_registered(call.worker) then
  redis.call('HSET', worker_key(call.worker), 'death', iso)
  redis.call('EXPIRE', worker_key(call.worker), DEATH_SECONDS)
end
return given
