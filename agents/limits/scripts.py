"""What Redis does by itself, in one go. Its clock decides; times are in microseconds.

Slots are a sorted set of calls by when they expire: those of a process that was killed free
themselves. A rate is one number (rules.admit). Who waits is a hash: since when, and until when that
counts, for each process and model, so that none can overtake another for ever.
"""

# KEYS: pauses; then slots, rate and waiting of each limit. ARGV: the ask as JSON.
# Returns: calls that begin, microseconds until it is worth asking again, of these the
# provider's pause, and the number of the limit that is waited for.
ENTER = """
local ask = cjson.decode(ARGV[1])
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local wanted = #ask.wanted

-- How many others have waited for longer, each of whom a place is left to.
local function ahead(waiting)
  local count = 0
  local all = redis.call('HGETALL', waiting)
  for i = 1, #all, 2 do
    local since, valid = string.match(all[i + 1], '(%d+) (%d+)')
    if tonumber(valid) <= now then
      redis.call('HDEL', waiting, all[i])
    elseif all[i] ~= ask.waiter and tonumber(since) < now - ask.waited[1] then
      count = count + 1
    end
  end
  return count
end

-- Whatever calls of this waiter are counted: those that go on are renewed right after.
local function forget(slots)
  local mine = ask.waiter .. '.'
  for _, call in ipairs(redis.call('ZRANGE', slots, 0, -1)) do
    if string.sub(call, 1, #mine) == mine then redis.call('ZREM', slots, call) end
  end
end

for i, limit in ipairs(ask.limits) do
  if limit.concurrency > 0 then
    local slots = KEYS[3 * i - 1]
    for _, call in ipairs(ask.released) do redis.call('ZREM', slots, call) end
    if ask.whole then forget(slots) end
    for _, call in ipairs(ask.renewed) do redis.call('ZADD', slots, now + ask.lease, call) end
    redis.call('ZREMRANGEBYSCORE', slots, '-inf', now)
  end
end

local paused = (tonumber(redis.call('ZSCORE', KEYS[1], ask.model) or 0)) - now
if paused < 0 then paused = 0 end
local begun, rooms, next_at = wanted, {}, {}
if paused > 0 then begun = 0 end
for i, limit in ipairs(ask.limits) do
  local room = wanted
  if wanted > 0 then
    local others = ahead(KEYS[3 * i + 1])
    if limit.concurrency > 0 then
      room = math.min(room, limit.concurrency - redis.call('ZCARD', KEYS[3 * i - 1]) - others)
    end
    if limit.interval > 0 then
      next_at[i] = math.max(now, tonumber(redis.call('GET', KEYS[3 * i]) or 0))
      local early = limit.tolerance - (next_at[i] - now)
      room = math.min(room, math.floor(early / limit.interval) + 1 - others)
    end
  end
  rooms[i] = math.max(0, room)
  begun = math.min(begun, rooms[i])
end

local wait, blocking = 0, 0
for i, limit in ipairs(ask.limits) do
  local slots, rate, waiting = KEYS[3 * i - 1], KEYS[3 * i], KEYS[3 * i + 1]
  if limit.concurrency > 0 then
    for j = 1, begun do redis.call('ZADD', slots, now + ask.lease, ask.wanted[j]) end
    redis.call('PEXPIRE', slots, math.ceil(ask.lease / 1000))
  end
  if begun > 0 and limit.interval > 0 then
    next_at[i] = next_at[i] + begun * limit.interval
    redis.call('SET', rate, next_at[i], 'PX', math.ceil((next_at[i] - now) / 1000))
  end
  if paused == 0 and begun < wanted and rooms[i] == begun then
    local mine = ask.poll
    if limit.interval > 0 then
      mine = math.max(mine, next_at[i] - limit.tolerance - now)
    end
    if mine > wait then wait, blocking = mine, i end
    local since = now - ask.waited[begun + 1]
    local valid = now + mine + ask.patience
    redis.call('HSET', waiting, ask.waiter, string.format('%.0f %.0f', since, valid))
    redis.call('PEXPIRE', waiting, math.ceil((mine + ask.patience) / 1000) + 60000)
  else
    redis.call('HDEL', waiting, ask.waiter)
  end
end
return {begun, math.max(wait, paused), paused, blocking}
"""

# KEYS: pauses. ARGV: a model, for how long, and how long any pause lasts at most.
# Of several pauses the longest counts.
PAUSE = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('ZADD', KEYS[1], 'GT', now + ARGV[2], ARGV[1])
redis.call('PEXPIRE', KEYS[1], math.ceil(ARGV[3] / 1000))
return 0
"""

# KEYS: pauses. Returns models and how long each is paused, one after the other.
LOOK = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local later = string.format('(%.0f', now)
local found = redis.call('ZRANGEBYSCORE', KEYS[1], later, '+inf', 'WITHSCORES')
for i = 2, #found, 2 do found[i] = tonumber(found[i]) - now end
return found
"""
