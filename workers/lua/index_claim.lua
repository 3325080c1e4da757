-- Claim articles in the near-duplicate index: look up, decide or insert, for each article of a batch in its order.
--
-- Nothing is inserted for an article that has an unjudged candidate: the caller judges it on the texts and claims
-- again. So a check and the insert that follows from it are one atomic step, and of any number of workers that hold
-- copies of one story exactly one inserts it. An article that claimed before gets the answer that it got then: an
-- original finds itself under its exact key, a copy finds its verdict.
--
-- Everything lies in long strings cut into fixed slots; the newest slot of a bucket comes first and pushes out the
-- oldest. That is the whole of expiry: no TTL, no janitor, memory fixed by the capacities.
--
--   n{shard}  buckets of near slots:      tag 2, number 4
--   e{shard}  buckets of exact slots:     tag 5, number 4
--   v{shard}  buckets of copies' verdicts: article 14, relation 1, story 14, jaccard 2, containment 2
--   r{shard}  ring by number of records:  article 14, own time 3, arrival 3, shingles 2, sketch 64
--   seq       the number of the newest article
--
-- KEYS[1]     the prefix of all of these
-- ARGV[1]     records in the ring
-- ARGV[2]     near window, ARGV[3] exact window, ARGV[4] exact window of short texts (quarters of an hour)
-- ARGV[5]     containment that a candidate must be able to reach (thousandths)
-- ARGV[6..]   an article each, packed as workers/index/packing.py says
--
-- An article's mode: "c" claim, "s" settle as the copy that it was judged to be, "i" insert without judging (to
-- rebuild), "w" withdraw: it was no original after all, "l" look only.
--
-- reply, an article each: "o" it is an original; "d" and a verdict's last 19 bytes; "c" and 19 bytes a candidate:
--   article 14, equal bytes of the sketches 1, shingles 2, shared keys 1, why it is none 1 (0 it is one, 1 too little
--   alike by the sketches, 2 outside of the window, 3 others are likelier); "l" and such rows of all that were found (none
--   when it withdraws).

local T = KEYS[1]
local RECORDS = tonumber(ARGV[1])
local NEAR, EXACT, SHORT = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local REACH = tonumber(ARGV[5]) / 1000
local FIRST = 6 -- article among the arguments

local SHARD = 262128 -- bytes of a shard: the largest string that jemalloc keeps in its 256 kB class
local WRAP = 4294967296 -- numbers are 32 bits wide and may wrap
local HOT = 4 -- slots of a bucket that one key may hold: a boilerplate shingle leaves room for its neighbours
local MOST = 16 -- candidates an article is judged against in one round trip, the likeliest first
local WIDTH = 64 -- bytes of a sketch

local call, sub, find, byte, format = redis.call, string.sub, string.find, string.byte, string.format
local floor, sqrt, min = math.floor, math.sqrt, math.min
local pack, unpack_ = struct.pack, struct.unpack

-- The tables: bytes of a unit (a bucket or a record), units in a shard, names of the shards seen.
local function layout(kind, unit)
  return { kind = kind, unit = unit, per = floor(SHARD / unit), names = {} }
end
local N, E, V = layout('n', 6 * 8), layout('e', 9 * 16), layout('v', 33 * 8)
local R = layout('r', 22 + WIDTH)

-- Where unit `index` lies: key, offset.
local function place(t, index)
  local at = index % t.per
  local shard = (index - at) / t.per
  local key = t.names[shard]
  if not key then
    key = T .. t.kind .. shard
    t.names[shard] = key
  end
  return key, at * t.unit
end

-- Offsets are written out here: Redis takes three times as long over a number, since it might have a fraction.
local function read(t, index)
  local key, offset = place(t, index)
  return call('GETRANGE', key, format('%d', offset), format('%d', offset + t.unit - 1)), key, offset
end

-- The last byte of a string is written first: growing it bit by bit would double its allocation.
local function make(t, key)
  if call('STRLEN', key) == 0 then call('SETRANGE', key, t.per * t.unit - 1, '\0') end
end

local function write(t, index, value)
  local key, offset = place(t, index)
  if offset == 0 or index < 3 then make(t, key) end
  call('SETRANGE', key, format('%d', offset), value)
end

-- Where the next slot of `width` bytes that starts with `tag` begins, from `at` on.
local function slot(text, tag, width, at)
  at = find(text, tag, at, true)
  while at and (at - 1) % width ~= 0 do at = find(text, tag, at + 1, true) end
  return at
end

-- Put `new` first in the bucket `text`; it pushes out the oldest slot.
local function push(t, text, key, offset, new)
  if text == '' then make(t, key) end
  call('SETRANGE', key, format('%d', offset), new .. sub(text, 1, t.unit - #new))
end

-- Numbers are taken for the whole call at once, and those that no insert needed are given back at its end: a call that
-- breaks off leaves a gap, never one number for two.
local newest, taken = tonumber(call('GET', T .. 'seq') or '0'), 0

local function next_number()
  if taken == 0 then
    taken = #ARGV - FIRST + 2 -- one more, as 0 is skipped
    call('INCRBY', T .. 'seq', taken)
  end
  newest, taken = newest + 1, taken - 1
  if newest % WRAP == 0 then newest, taken = newest + 1, taken - 1 end -- 0 marks an empty slot
  return newest % WRAP
end

local function is_remembered(number) return number > 0 and (newest - number) % WRAP < RECORDS end

-- The same as `push`, but when HOT slots carry the tag of `new`, one of these goes: never the oldest while it is
-- remembered, so that whoever quotes a story over and over does not push it out of its own buckets.
local function push_tagged(t, text, key, offset, new, tag)
  local at, before, last, same = slot(text, tag, #new, 1), nil, nil, 0
  while at do
    same, before, last = same + 1, last, at
    at = slot(text, tag, #new, at + #new)
  end
  if same < HOT then return push(t, text, key, offset, new) end
  local goes = is_remembered(unpack_('>I4', text, last + #tag)) and before or last
  call('SETRANGE', key, format('%d', offset), new .. sub(text, 1, goes - 1))
end

-- Calls `found` with the numbers under a tag of a bucket, newest first, that are still in the ring.
local function numbers(text, tag, width, found)
  local at = slot(text, tag, width, 1)
  while at do
    local number = unpack_('>I4', text, at + #tag)
    if is_remembered(number) then found(number) end
    at = slot(text, tag, width, at + width)
  end
end

-- Article, its own time, arrival; and the record as it lies in the ring.
local function record(number)
  local text = read(R, number % RECORDS)
  return sub(text, 1, 14), sub(text, 15, 17), sub(text, 18, 20), text
end

local function quarter(three)
  local a, b, c = byte(three, 1, 3)
  return a * 65536 + b * 256 + c
end

-- Whether two articles lie within `window`: by their own times where both state one, else by arrival.
local function within(window, own, arrived, other_own, other_arrived)
  local a, b = quarter(own), quarter(other_own)
  if a == 0 or b == 0 then a, b = quarter(arrived), quarter(other_arrived) end
  return a - b <= window and b - a <= window
end

-- The most that the containment can be when `equal` of the sketches' bytes agree: two standard errors up.
local function reach(equal, mine, other)
  local jaccard = min(1, (equal + 1 + 2 * sqrt(equal + 1)) / WIDTH)
  return jaccard / (1 + jaccard) * (mine + other) / min(mine, other)
end

-- How many bytes of an article's sketch a record's agrees with.
local function equal_bytes(a, other)
  local mine, equal = a.bytes, 0
  if not mine then
    mine = { byte(a.sketch, 1, WIDTH) }
    a.bytes = mine
  end
  local theirs = { byte(other, 23, 22 + WIDTH) }
  for i = 1, WIDTH do
    if mine[i] == theirs[i] then equal = equal + 1 end
  end
  return equal
end

local formats = {} -- of near keys, by their number

local function unpack_article(text)
  local a = { head = sub(text, 1, 20), id = sub(text, 1, 14), own = sub(text, 15, 17), arrived = sub(text, 18, 20) }
  a.mode = sub(text, 21, 21)
  local short, count
  a.home, a.bucket, a.tag, short, a.shingles, count = unpack_('>I4I4c5BI2B', text, 22)
  a.window = short == 1 and SHORT or EXACT
  local at = 39
  a.count = count
  if count > 0 then
    formats[count] = formats[count] or '>' .. string.rep('I4c2', count)
    a.near = { unpack_(formats[count], text, at) } -- bucket, tag, bucket, tag ...
    at = at + 6 * count
    a.sketch = sub(text, at, at + WIDTH - 1)
    at = at + WIDTH
  end
  a.rest = sub(text, at) -- mode "s": a verdict's 19 bytes; else the articles judged different, 14 bytes each
  return a
end

-- What a copy was told when it claimed before.
local function told(a)
  local text = read(V, a.home)
  local at = slot(text, a.id, 33, 1)
  return at and { 'd', sub(text, at + 14, at + 32) }
end

local function tell(a, verdict)
  local text, key, offset = read(V, a.home)
  push(V, text, key, offset, a.id .. verdict)
  return { 'd', verdict }
end

-- The near buckets as they were read for the article at hand. One set for all: tables are what costs most here.
local seen_text, seen_key, seen_offset = {}, {}, {}

local function insert(a)
  local number = next_number()
  local packed = pack('>I4', number)
  write(R, number % RECORDS, a.sketch and a.head .. pack('>I2', a.shingles) .. a.sketch or a.head)
  push_tagged(E, a.exact, a.exact_key, a.exact_offset, a.tag .. packed, a.tag)
  if a.sketch then
    for i = 1, a.count do
      local tag = a.near[2 * i]
      push_tagged(N, seen_text[i], seen_key[i], seen_offset[i], tag .. packed, tag)
    end
  end
  return { 'o' }
end

-- The article itself where it is known, else the oldest original with the same exact key inside the window.
local function exact_match(a)
  local id
  a.exact, a.exact_key, a.exact_offset = read(E, a.bucket)
  numbers(a.exact, a.tag, 9, function(number)
    local other, own, arrived = record(number)
    if id ~= a.id and (other == a.id or within(a.window, a.own, a.arrived, own, arrived)) then id = other end
  end)
  return id
end

local NONE = {}
local OPEN, UNLIKE, OUTSIDE, CROWDED = 0, 1, 2, 3

-- Originals that share a key, likeliest first: {reach, number, id, why it is no candidate, what the reply shows}.
-- Those that are none, or were judged different, are left out unless `all` are asked for.
local function candidates(a, all)
  local hits, order, list
  local function found(number)
    if not hits then hits, order, list = {}, {}, {} end
    if not hits[number] then hits[number] = 0; order[#order + 1] = number end
    hits[number] = hits[number] + 1
  end
  for i = 1, a.count do
    seen_text[i], seen_key[i], seen_offset[i] = read(N, a.near[2 * i - 1])
    numbers(seen_text[i], a.near[2 * i], 6, found)
  end
  if not hits then return NONE end
  for _, number in ipairs(order) do
    local id, own, arrived, stored = record(number)
    if id ~= a.id and (all or not slot(a.rest, id, 14, 1)) then
      local shingles = unpack_('>I2', stored, 21)
      local equal = equal_bytes(a, stored)
      local most = reach(equal, a.shingles, shingles)
      local why = most < REACH and UNLIKE or OPEN
      if why == OPEN and not within(NEAR, a.own, a.arrived, own, arrived) then why = OUTSIDE end
      if why == OPEN or all then
        list[#list + 1] = { most, number, id, why, pack('>BI2B', equal, shingles, hits[number]) }
      end
    end
  end
  table.sort(list, function(x, y)
    if x[4] ~= y[4] then return x[4] < y[4] end
    if x[1] ~= y[1] then return x[1] > y[1] end
    return x[2] < y[2]
  end)
  for i = MOST + 1, #list do
    if list[i][4] == OPEN then list[i][4] = CROWDED end
  end
  return list
end

-- Rows of the reply: of the candidates, or of all that were found.
local function rows(a, all)
  local found = a.sketch and candidates(a, all) or NONE
  if #found == 0 then return '' end
  local shown = {}
  for _, c in ipairs(found) do
    if all or c[4] == OPEN then
      shown[#shown + 1] = c[3] .. c[5] .. string.char(c[4])
    end
  end
  return table.concat(shown)
end

-- Its record becomes one of nobody, in 1700: outside of every window.
local function withdraw(a)
  local function erase(number)
    if record(number) == a.id then write(R, number % RECORDS, string.rep('\0', R.unit)) end
  end
  numbers(read(E, a.bucket), a.tag, 9, erase)
  for i = 1, a.count do numbers(read(N, a.near[2 * i - 1]), a.near[2 * i], 6, erase) end
  return { 'l', '' }
end

local function claim(text)
  local a = unpack_article(text)
  if a.mode == 'w' then return withdraw(a) end
  if a.mode == 'l' then return { 'l', rows(a, true) } end
  local before = a.mode ~= 'i' and told(a)
  if before then return before end
  if a.mode == 's' then return tell(a, a.rest) end
  local exact = exact_match(a)
  if exact == a.id then return { 'o' } end
  if exact and a.mode == 'c' then return tell(a, '\1' .. exact .. '\3\232\3\232') end
  local open = rows(a, false)
  if open ~= '' and a.mode == 'c' then return { 'c', open } end
  return insert(a)
end

local replies = {}
for i = FIRST, #ARGV do replies[#replies + 1] = claim(ARGV[i]) end
if taken > 0 then call('DECRBY', T .. 'seq', taken) end
return replies
