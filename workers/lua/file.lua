-- A file's account: which parts were split, which articles were published or rejected, and when it is done.
--
-- Invariants
--   * a part is counted once (bit `part` of `file:{id}:parts`), an article is published once (bit `position` of
--     `file:{id}:published`), whatever is sent again;
--   * an article stands in `articles` or `copies` once, or in `rejected`; one that was rejected may be published later;
--   * a file is done when all parts are split and every article found has its outcome (more than were found have one
--     where a later release finds fewer in a file that starts over): then, once, an entry in
--     `files`, in the same step as the outcome that completed it;
--   * a file that was never accepted, or was forgotten, has no account: its effects are dropped and counted as orphans.

local touched = {}
local orphans = 0

local function account(file)
  local key = common.file .. file
  if touched[file] == nil then touched[file] = redis.call('TYPE', key).ok == 'hash' end
  if touched[file] then return key end
  orphans = orphans + 1
  return nil
end

local function add(key, counts)
  for name, n in pairs(counts or {}) do
    redis.call('HINCRBY', key, name, n)
  end
end

-- Sentences for the file's event; more than a page of them says no more than the first do.
local NOTES = 50
local function note(key, notes)
  if not notes or #notes == 0 then return end
  local all = cjson.decode(redis.call('HGET', key, 'notes') or '[]')
  for _, sentence in ipairs(notes) do
    if #all < NOTES then all[#all + 1] = sentence end
  end
  redis.call('HSET', key, 'notes', cjson.encode(all))
end

local function count_part(part)
  local key = account(part.file)
  if not key or redis.call('SETBIT', key .. ':parts', part.part, 1) == 1 then return end
  redis.call('HINCRBY', key, 'parts', 1)
  redis.call('HINCRBY', key, 'found', part.found)
  add(key, part.tally)
  note(key, part.notes)
  if part.last then redis.call('HSET', key, 'last', part.part + 1) end
end

-- Where an article's newest entry stands (wiredesk/places.py): 10 bytes a position, a third of what a hash takes. What
-- lies beyond the largest string that is worth it is published all the same, but not found by its id.
local PLACED = 10000000
local PLACE = 10
local function place(article, entry)
  if article.position >= PLACED then return end
  local ms, n = string.match(entry, '^(%d+)-(%d+)$')
  local kind = article.stream == common.copies and 1 or 0
  redis.call('SETRANGE', common.file .. article.file .. ':entries', string.format('%d', article.position * PLACE),
    struct.pack('>I6I3B', tonumber(ms), tonumber(n), kind))
  if not article.story then return end
  redis.call('ZADD', common.stories .. article.story, ms, article.file .. '-' .. article.position)
  redis.call('EXPIRE', common.stories .. article.story, common.keep_entries)
end

-- The entry's fields are ARGV[from .. to]; `story` is that of a copy.
local function publish(article)
  local key = account(article.file)
  if not key then return end
  local rejecting = article.stream == common.rejected
  if rejecting then
    if redis.call('GETBIT', key .. ':published', article.position) == 1
      or redis.call('SETBIT', key .. ':rejected', article.position, 1) == 1 then return end
    redis.call('HINCRBY', key, 'rejected', 1)
    count('articles:rejected')
  else
    if redis.call('SETBIT', key .. ':published', article.position, 1) == 1 then return end
    if redis.call('GETBIT', key .. ':rejected', article.position) == 1 then
      redis.call('SETBIT', key .. ':rejected', article.position, 0)
      redis.call('HINCRBY', key, 'rejected', -1)
    end
    redis.call('HINCRBY', key, article.stream == common.copies and 'copies' or 'articles', 1)
    count(article.stream == common.copies and 'articles:copy' or 'articles:article')
  end
  local entry = redis.call('XADD', article.stream, '*', unpack(ARGV, article.from, article.to))
  if not rejecting then place(article, entry) end
  add(key, article.tally)
end

-- The trace that a file's producer brought, else the one that its id stands for (wiredesk/trace.py).
local function traceparent(file)
  local brought = (fields_of(common.file .. file, 'traceparent') or {})[1]
  return brought or '00-' .. string.sub(redis.sha1hex(file), 1, 32) .. '-'
    .. string.sub(redis.sha1hex('file-' .. file), 1, 16) .. '-01'
end

-- Of a file: `subject` is its id.
local function event(kind, id, subject)
  return 'ce-specversion', '1.0', 'ce-id', id, 'ce-source', common.source, 'ce-type', kind, 'ce-time', iso,
    'ce-subject', subject, 'ce-traceparent', traceparent(subject)
end

local function tell_rejected(id, subject, body)
  redis.call('XADD', common.rejected, '*', 'body', cjson.encode(body), 'id', id, 'stage', body.stage, 'kind', body.kind,
    event(common.kind_rejected, id .. '.rejected', subject))
end

local function facts(key)
  local readable, known = pcall(cjson.decode, redis.call('HGET', key, 'info') or '')
  return readable and known or nil
end

-- The rest of a file gives nothing: told once; what it gave before stays, and no further part is waited for.
local function cut(file, stage, kind, reason)
  local key = account(file)
  if not key or redis.call('HSETNX', key, 'cut', kind) == 0 then return end
  redis.call('HSET', key, 'last', redis.call('HGET', key, 'parts') or 0, 'reason', reason)
  tell_rejected(file, file, {
    id = file, file = facts(key), stage = stage, kind = kind, reason = reason,
    retry = 'wiredesk rejected retry ' .. file .. ' --commit',
  })
end

-- One article gives nothing.
local function reject_article(file, position, stage, kind, reason)
  local key, id = account(file), file .. '-' .. position
  if not key or redis.call('GETBIT', key .. ':published', position) == 1
    or redis.call('SETBIT', key .. ':rejected', position, 1) == 1 then return end
  redis.call('HINCRBY', key, 'rejected', 1)
  count('articles:rejected')
  redis.call('HSETNX', key, 'reason', reason)
  tell_rejected(id, file, {
    id = id, file = facts(key), position = tonumber(position), stage = stage, kind = kind, reason = reason,
    retry = 'wiredesk rejected retry ' .. id .. ' --commit',
  })
end

-- What a job's end without a result means: jobs of the first stage stand for the rest of their file, jobs of the
-- others for one article (`{stage}-{file}-{position}`). A job of neither form has nothing to account for.
local POSITIONS = 100000000
local function reject_job(stage, id, kind, reason)
  local prefix = stage .. '-'
  local file, n = string.match(string.sub(id, #prefix + 1), '^(%w+)%-(%d+)$')
  if string.sub(id, 1, #prefix) ~= prefix or not file or tonumber(n) > POSITIONS then return end
  if stage == common.first then
    cut(file, stage, kind, reason)
  else
    reject_article(file, n, stage, kind, reason)
  end
end

-- Where its entries stand is kept as long as the newest of them; of an open file without an end.
local function keep_places(file)
  if redis.call('HGET', common.file .. file, 'state') == 'done' then
    redis.call('EXPIRE', common.file .. file .. ':entries', common.keep_entries)
  end
end

local function seconds_by_stage(facts)
  local seconds = {}
  for i = 1, #facts, 2 do
    local stage = string.match(facts[i], '^us_(.+)$')
    if stage then seconds[stage] = tonumber(facts[i + 1]) / 1000000 end
  end
  return next(seconds) and cjson.encode(seconds) or '{}'
end

local function tell_done(file, key, outcome, n)
  local facts, fact = redis.call('HGETALL', key), {}
  for i = 1, #facts, 2 do fact[facts[i]] = facts[i + 1] end
  local function number(name) return string.format('%d', tonumber(fact[name] or 0)) end
  local body = string.format(
    '{"id":"%s","file":%s,"outcome":"%s","articles":%d,"copies":%d,"rejected":%d,"found":%d,"declared":%s,'
      .. '"characters":{"article":%s,"furniture":%s,"unassigned":%s},"seconds":%s,"notes":%s,"done_at":"%s"}',
    file, fact.info or 'null', outcome, n.articles, n.copies, n.rejected, n.found, fact.declared or 'null',
    number('chars_article'), number('chars_furniture'), number('chars_unassigned'), seconds_by_stage(facts),
    fact.notes or '[]', iso)
  count('files:' .. outcome)
  local closing = redis.call('HINCRBY', key, 'closings', 1)
  redis.call('XADD', common.files, '*', 'body', body, 'id', file, 'outcome', outcome,
    event(common.kind_done, file .. '.' .. closing, file))
end

local COUNTERS = { 'parts', 'found', 'articles', 'copies', 'last', 'rejected' }

local function close_if_done(file, key)
  local state = redis.call('HMGET', key, 'state', 'forced', unpack(COUNTERS))
  local n = {}
  for i, name in ipairs(COUNTERS) do n[name] = tonumber(state[i + 2] or 0) end
  local complete = state[7] and n.parts == n.last and n.articles + n.copies + n.rejected >= n.found
  if state[1] == 'done' then return keep_places(file) end
  if not (complete or state[2]) then return end
  local published = n.articles + n.copies > 0
  local whole_file = n.rejected == 0 and redis.call('HEXISTS', key, 'cut') == 0
  tell_done(file, key, not published and 'rejected' or whole_file and 'published' or 'partly', n)
  redis.call('HSET', key, 'state', 'done')
  redis.call('ZREM', common.open, file)
  for _, suffix in ipairs({ '', ':parts', ':published', ':rejected' }) do
    redis.call('EXPIRE', key .. suffix, common.keep_receipts)
  end
  redis.call('EXPIRE', key .. ':entries', common.keep_entries)
end

-- Last of all in a script that touched files.
local function close_files()
  for file, known in pairs(touched) do
    if known then close_if_done(file, common.file .. file) end
  end
end
