-- Revise: articles of a file as today's rules read them: changed ones as a new version, new ones as jobs.
--
-- Invariants
--   * a version is published once: it must follow the one that its maker saw, so of two replays one is the later;
--   * only what was published has versions; the entry, its number and the kept text change in one step;
--   * a new article's text and job come in the step that adds it to its file's count.
--
-- call  file revisions { position seen stream from to take story left } jobs writes   left: the story it was of
-- Reply positions that were published anew

local published = {}
local key = account(call.file)

local function revise(article)
  local field = 'version:' .. article.position
  local current = tonumber(redis.call('HGET', key, field) or 1)
  if current ~= article.seen or redis.call('GETBIT', key .. ':published', article.position) == 0 then return end
  redis.call('HSET', key, field, current + 1)
  local entry = redis.call('XADD', article.stream, '*', unpack(ARGV, article.from, article.to))
  local id = call.file .. '-' .. article.position
  if article.left ~= article.story then redis.call('ZREM', common.stories .. article.left, id) end
  place({ file = call.file, position = article.position, stream = article.stream, story = article.story }, entry)
  if article.take then redis.call('SET', article.take.key, ARGV[article.take.value], 'EX', article.take.ttl) end
  count('articles:revised')
  published[#published + 1] = article.position
end

if key then
  for _, article in ipairs(call.revisions) do revise(article) end
  for _, write in ipairs(call.writes) do redis.call('SET', write.key, ARGV[write.value], 'EX', write.ttl) end
  for _, job in ipairs(call.jobs) do make_job(job, iso) end
  redis.call('HINCRBY', key, 'found', call.added)
  keep_places(call.file)
end
push_jobs()
write_counts()
return published
