-- Trim: the oldest entries of a stream that are too many or too old, one step.
--
-- Invariants
--   * an entry that a held group has not done (not read, or read and pending) stays, and all after it;
--   * what a group that is not held had not done is counted before it goes;
--   * a step looks at so many entries and no more: Redis serves nobody else meanwhile.
--
-- KEYS  1 stream  2 losses (hash)
-- ARGV  1 entries to keep  2 oldest age in ms  3 who holds: all, sinks, none  4 entries a step
-- Reply { trimmed, group that holds or '' }

local keep, age, hold, step = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4])

local function number(id)
  local ms, sequence = string.match(id, '^(%d+)-(%d+)$')
  return { tonumber(ms), tonumber(sequence) }
end

local function before(a, b) return a[1] < b[1] or (a[1] == b[1] and a[2] < b[2]) end

local function facts_of(row)
  local facts = {}
  for i = 1, #row, 2 do facts[row[i]] = row[i + 1] end
  return facts
end

local rows = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', step)
if #rows == 0 then return { 0, '' } end
local length, clock = redis.call('XLEN', KEYS[1]), redis.call('TIME')
local oldest = clock[1] * 1000 + math.floor(clock[2] / 1000) - age

-- Groups with the first entry that each has not done.
local groups = {}
for _, row in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
  local group = facts_of(row)
  local last = number(group['last-delivered-id'])
  local pending = redis.call('XPENDING', KEYS[1], group.name)
  groups[#groups + 1] = {
    name = group.name, last = last, pending = pending[2] and number(pending[2]),
    held = hold == 'all' or (hold == 'sinks' and string.sub(group.name, 1, 5) == 'sink:'),
  }
end

local function holder(id)
  for _, group in ipairs(groups) do
    if group.held and (before(group.last, id) or (group.pending and not before(id, group.pending))) then
      return group.name
    end
  end
end

local cut, held = 0, ''
for i, row in ipairs(rows) do
  local id = number(row[1])
  if length - i + 1 <= keep and id[1] >= oldest then break end
  held = holder(id) or ''
  if held ~= '' then break end
  cut = i
end
if cut == 0 then return { 0, held } end

for _, group in ipairs(groups) do
  local lost = 0
  for i = 1, cut do
    if before(group.last, number(rows[i][1])) then lost = lost + 1 end
  end
  if group.pending then lost = lost + #redis.call('XPENDING', KEYS[1], group.name, '-', rows[cut][1], step) end
  if lost > 0 then redis.call('HINCRBY', KEYS[2], KEYS[1] .. ' ' .. group.name, lost) end
end
local last = number(rows[cut][1])
redis.call('XTRIM', KEYS[1], 'MINID', string.format('%.0f-%.0f', last[1], last[2] + 1))
return { cut, held }
