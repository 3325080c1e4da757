-- Which entries of a stream are of a certain age and come after one that is known: their ids and what they are about.
--
-- KEYS  1 a stream of articles, copies or files
-- ARGV  1 the last entry that is known ('' for none)   2 age in milliseconds   3 how many at most
-- Reply  entry, id, entry, id ...: the `id` is an article's or a file's

local clock = redis.call('TIME')
local newest = clock[1] * 1000 + math.floor(clock[2] / 1000) - ARGV[2]
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
