-- Which entries of a stream are of a certain age and come after one that is known: their ids and what they are about.
--
-- KEYS  1 a stream of articles, copies or files
-- ARGV  1 the last entry that is known ('' for none)   2 age in milliseconds   3 how many at most   4 length from which
--       on the stream is to be trimmed soon: what lies further back than that is due whatever its age
-- Reply  entry, id, entry, id ...: the `id` is an article's or a file's

local clock = redis.call('TIME')
local newest = clock[1] * 1000 + math.floor(clock[2] / 1000) - ARGV[2]
-- Where in its time that is: as if they had come evenly, which finds it in time where the length is half of the limit.
local length = redis.call('XLEN', KEYS[1])
if length > tonumber(ARGV[4]) then
  local function time_of(command, from, to)
    return tonumber(string.match(redis.call(command, KEYS[1], from, to, 'COUNT', 1)[1][1], '^%d+'))
  end
  local first, last = time_of('XRANGE', '-', '+'), time_of('XREVRANGE', '+', '-')
  newest = math.max(newest, math.floor(first + (last - first) * (1 - ARGV[4] / length)))
end
if newest <= 0 then return {} end
local found = redis.call('XRANGE', KEYS[1], ARGV[1] == '' and '-' or '(' .. ARGV[1], string.format('%.0f', newest),
  'COUNT', ARGV[3])
local told = {}
for _, entry in ipairs(found) do
  local fields = entry[2]
  for at = 1, #fields, 2 do
    if fields[at] == 'id' then
      told[#told + 1] = entry[1]
      told[#told + 1] = fields[at + 1]
      break
    end
  end
end
return told
