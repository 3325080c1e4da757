-- Project: what a list needs of a stream's entries, without their bodies crossing the wire. Reads only.
--
-- KEYS  1 stream
-- ARGV  1 command (XRANGE or XREVRANGE)  2 from  3 to  4 count  5 cut: most bytes of a piece of the body
--       then names: fields of the entry, or `body.NAME` for the JSON value that follows the first `"NAME":` of the body
-- Reply { entry id, value, value ... } ...   '' for what is not there; JSON values may be cut off: the caller decodes

local found = {}
for _, entry in ipairs(redis.call(ARGV[1], KEYS[1], ARGV[2], ARGV[3], 'COUNT', ARGV[4])) do
  local fields, row = {}, { entry[1] }
  for i = 1, #entry[2], 2 do fields[entry[2][i]] = entry[2][i + 1] end
  for i = 6, #ARGV do
    local name = string.match(ARGV[i], '^body%.(.+)$')
    if name then
      local body = fields.body or ''
      local _, last = string.find(body, '"' .. name .. '":', 1, true)
      row[#row + 1] = last and string.sub(body, last + 1, last + tonumber(ARGV[5])) or ''
    else
      row[#row + 1] = fields[ARGV[i]] or ''
    end
  end
  found[#found + 1] = row
end
return found
