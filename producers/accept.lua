-- Accept files: the facts of each and its first job appear together or not at all.
--
-- Invariants
--   * a file id is accepted once: a second call (seen again, a sender who lost our reply) queues nothing;
--   * the sender who lost our reply is still told "new": his token stands in the file;
--   * an accepted file is in `open` until it has an outcome, and has a job queued for it in the same step;
--   * nothing is accepted whose bytes are not here: they come with the call, or were stored before and are looked for;
--   * above the high-water mark nothing is accepted: the sender is told and still owns the file;
--   * the first write is one that a full Redis refuses, so it refuses the whole call.
--
-- KEYS  1 open files (zset)   2 queue (list)   3 RQ's set of queues
-- ARGV  1 a msgpack map: high_water keep_receipts keep_files file content job blob job_prefix fields token
--       ("" as blob: the bytes are on another Redis; the sender has seen them there)
--       then for each file: id  sha256  chunks  info  data of the job  description  callback  traceparent  sender
--       ("by:NAME" or "")  n  and n chunks that come with the call
-- Reply for each file: 1 new, 0 known, -1 the queue is full, -2 its bytes are missing; then its count of sightings

local common = cmsgpack.unpack(ARGV[1])
local now = redis.call('TIME')
local fields = common.fields
local opened, queued = {}, {}
local room = common.high_water - redis.call('LLEN', KEYS[2])
local NEW, KNOWN, FULL, MISSING = 1, 0, -1, -2
redis.call('SADD', KEYS[3], KEYS[2])

local function has_bytes(sha256, chunks)
  if common.blob == '' then return true end
  for n = 0, chunks - 1 do
    if redis.call('EXISTS', common.blob .. sha256 .. ':' .. n) == 0 then return false end
  end
  return true
end

local function store(sha256, first, count)
  for n = 0, count - 1 do
    redis.call('SET', common.blob .. sha256 .. ':' .. n, ARGV[first + n], 'EX', common.keep_files)
  end
end

-- Seen again: what is kept of it is kept for the whole time anew.
local function renew(key)
  redis.call('HSET', key, 'seen_at', now[1])
  if redis.call('TTL', key) < 0 then return end
  for _, suffix in ipairs({ '', ':parts', ':published', ':rejected' }) do
    redis.call('EXPIRE', key .. suffix, common.keep_receipts)
  end
end

-- Who sent it by a key of the gateway, first or again, may ask there what became of it.
local function note(key, sender)
  if sender ~= '' then redis.call('HSET', key, sender, 1) end
end

local function accept(at, id, sha256, chunks, info, data, description, callback, traceparent, sender, carried)
  local key = common.file .. id
  local known = redis.call('EXISTS', key) == 1
  if not known and room <= 0 then return FULL end
  store(sha256, at + 10, carried)
  if known then
    renew(key)
    note(key, sender)
    return redis.call('HGET', key, 'token') == common.token .. at and NEW or KNOWN
  end
  if carried == 0 and not has_bytes(sha256, chunks) then return MISSING end
  room = room - 1
  local job = common.job_prefix .. id .. '-0'
  redis.call('HSET', key, 'info', info, 'state', 'open', 'token', common.token .. at)
  note(key, sender)
  if callback ~= '' then redis.call('HSET', key, 'callback', callback) end
  if traceparent ~= '' then redis.call('HSET', key, 'traceparent', traceparent) end
  redis.call('HSET', common.job .. job, 'data', data, 'description', description, unpack(fields))
  opened[#opened + 1] = now[1]
  opened[#opened + 1] = id
  queued[#queued + 1] = job
  return NEW
end

-- Under how many names a content came, up to so many: a page that a scraper meets under ever new addresses is kept
-- alive by them, and each is a member.
local SIGHTINGS = 1000
local function sightings(id, sha256, answer)
  local key = common.content .. sha256
  local before = redis.call('SCARD', key)
  if answer < 0 then return before end
  local added = before < SIGHTINGS and redis.call('SADD', key, id) or 0
  redis.call('EXPIRE', key, common.keep_receipts)
  return before + added
end

local replies = {}
local at = 2
while at <= #ARGV do
  local id, sha256, carried = ARGV[at], ARGV[at + 1], tonumber(ARGV[at + 9])
  local answer = accept(at, id, sha256, tonumber(ARGV[at + 2]), ARGV[at + 3], ARGV[at + 4], ARGV[at + 5], ARGV[at + 6],
    ARGV[at + 7], ARGV[at + 8], carried)
  replies[#replies + 1] = answer
  replies[#replies + 1] = sightings(id, sha256, answer)
  at = at + 10 + carried
end
-- One command for all: some hundred arguments, far below what Lua's stack holds.
if #queued > 0 then
  redis.call('ZADD', KEYS[1], unpack(opened))
  redis.call('RPUSH', KEYS[2], unpack(queued))
end
return replies
