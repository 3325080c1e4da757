-- Records that no job of ours can have: out of RQ's sight, kept for a person, told in `rejected`.
--
-- Invariants
--   * the record is renamed, never read: nothing in it can run or break a worker, RQ's tools or the dashboard;
--   * an id is shown only in letters that cannot harm.

-- A week: long enough for a person to look.
local QUARANTINE_SECONDS = 604800

local function shown(id)
  return string.sub(string.gsub(id, '[^%w_%-]', '?'), 1, 100)
end

local function quarantine(queue, id, kind, reason)
  local key, kept = job_key(id), common.quarantine .. shown(id)
  if redis.call('EXISTS', key) == 1 then
    redis.call('RENAME', key, kept)
    redis.call('EXPIRE', kept, QUARANTINE_SECONDS)
  end
  tell_rejected(shown(id), shown(id), {
    id = shown(id), stage = queue, kind = kind, reason = reason, record = kept,
    retry = 'none: no job of wiredesk has this form. Find who wrote it; its record is kept for a week.',
  })
end
