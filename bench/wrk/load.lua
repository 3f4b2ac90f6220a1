-- What wrk sends, and what it prints at the end.
--
--   wrk ... -s bench/wrk/load.lua URL -- KIND [NAME=VALUE...]
--
--   get      path=/products/%d [count=100] [auth=TEXT]    GET of the path with 1 to count, in turn
--   product  [count=100]     POST /products/N/details, 1 to count, in turn
--   booking  user=ID auth=TEXT [people=N] space=NAME-%d spaces=N from=I    bookings that never overlap
--   booking-v1  auth=TEXT [people=N] space=NAME-%d spaces=N from=I    the same by API v1
--
--   people=N     each booking is the next one's of so many people, whose ids follow that of the user, and of whom
--                auth has the number, as %d
--
--   threads=N    as -t says
--   rate=R       so many requests a second of all connections together, instead of as many as will go
--
-- A thread of wrk has a Lua of its own; setup() and done() run in another one. The first threads are at
-- work already while setup() sees the next, so it cannot tell them how many there are.

local ffi = require("ffi")
ffi.cdef [[
    typedef struct { long seconds, nanoseconds; } bench_time_t;
    int clock_gettime(int clock, bench_time_t *time);
]]

local CLOCK_MONOTONIC = 1
local moment = ffi.new("bench_time_t")

local function milliseconds()
    ffi.C.clock_gettime(CLOCK_MONOTONIC, moment)
    return tonumber(moment.seconds) * 1000 + tonumber(moment.nanoseconds) / 1e6
end

-- ---- requests -----------------------------------------------------------------------------------

local makers = {}
local json = { ["Content-Type"] = "application/json" }

-- All of them, made once, in turn; the threads begin at different ones.
local function rotate(count, make)
    local all = {}
    for n = 1, count do all[n] = make(n) end
    local last = id * math.floor(count / threads)
    return function()
        last = last % count + 1
        return all[last]
    end
end

function makers.get(args)
    local headers = args.auth and { ["Authorization"] = args.auth } or {}
    return rotate(args.count, function(n)
        return wrk.format("GET", string.format(args.path, n), headers)
    end)
end

-- No request says what the one before it said: a store may find that nothing has changed.
function makers.product(args)
    local body = '{"product_id":%d,"sku":"SKU-%06d","manufacturer":"Acme Corporation",'
        .. '"category_id":%d,"weight":%d,"some_other_id":%d}'
    local last = id * math.floor(args.count / threads)
    local weight = 0
    return function()
        last = last % args.count + 1
        weight = weight + 1
        return wrk.format("POST", "/products/" .. last .. "/details", json,
            string.format(body, last, last, last % 50 + 1, weight, last))
    end
end

-- Who is next: a function of a number, which gives headers, and what is to be added to the id of the first.
local function people(args)
    local all, count = {}, args.people or 1
    for n = 1, count do
        local auth = args.people and string.format(args.auth, n) or args.auth
        all[n] = { ["Content-Type"] = "application/json", ["Authorization"] = auth }
    end
    return function(i) return all[i % count + 1], i % count end
end

-- The hours from 0 to 20 of each day, in each space; number i of all of them: space, date, hour.
local first_day = os.time({ year = 2031, month = 1, day = 1, hour = 12 })
local dates = {}

local function slot(i, spaces)
    local number = math.floor(i / spaces)
    local day = math.floor(number / 20)
    local date = dates[day]
    if not date then
        date = os.date("%Y-%m-%d", first_day + day * 86400)
        dates[day] = date
    end
    return i % spaces + 1, date, number % 20
end

function makers.booking(args)
    local body = '{"spaceID":"' .. args.space .. '","userID":%d'
        .. ',"date":"%s","occupants":1,"startTime":"%sT%02d:00:00Z","endTime":"%sT%02d:00:00Z"}'
    local who = people(args)
    next_booking = args.from + id
    return function()
        local space, date, hour = slot(next_booking, args.spaces)
        local headers, which = who(next_booking)
        next_booking = next_booking + threads
        return wrk.format("POST", "/booking", headers,
            string.format(body, space, args.user + which, date, date, hour, date, hour + 1))
    end
end

makers["booking-v1"] = function(args)
    local body = '{"space":"' .. args.space .. '","start":"%sT%02d:00:00Z","end":"%sT%02d:00:00Z"}'
    local who = people(args)
    next_booking = args.from + id
    return function()
        local space, date, hour = slot(next_booking, args.spaces)
        local headers = who(next_booking)
        next_booking = next_booking + threads
        return wrk.format("POST", "/v1/bookings", headers,
            string.format(body, space, date, hour, date, hour + 1))
    end
end

-- ---- pace ---------------------------------------------------------------------------------------

-- Each request of this thread has its moment; a connection waits for the next one that is free.
local function pace(rate)
    local period = 1000 * threads / rate
    local next_moment = milliseconds()
    return function()
        local now = milliseconds()
        next_moment = math.max(next_moment + period, now - 1000)
        return math.max(0, math.floor(next_moment - now + 0.5))
    end
end

-- ---- wrk's hooks --------------------------------------------------------------------------------

local made = {}

function setup(thread)
    thread:set("id", #made)
    made[#made + 1] = thread
end

function init(words)
    local args = { count = 100, threads = 1 }
    for _, word in ipairs(words) do
        local name, value = word:match("^(%w+)=(.*)$")
        if name then args[name] = tonumber(value) or value end
    end
    threads = args.threads
    request = makers[words[1]](args)
    if args.rate then delay = pace(args.rate) end
end

-- Times in milliseconds.
function done(summary, latency)
    local errors, next_free = summary.errors, 0
    for _, thread in ipairs(made) do
        next_free = math.max(next_free, thread:get("next_booking") or 0)
    end
    local figures = {
        { "rps", summary.requests / summary.duration * 1e6 },
        { "p50", latency:percentile(50) / 1000 },
        { "p95", latency:percentile(95) / 1000 },
        { "p99", latency:percentile(99) / 1000 },
        { "longest", latency.max / 1000 },
        { "requests", summary.requests },
        { "refused", errors.status },
        { "lost", errors.connect + errors.read + errors.write + errors.timeout },
        { "next", next_free },
    }
    for _, figure in ipairs(figures) do
        io.write(string.format("figure %s %.3f\n", figure[1], figure[2]))
    end
end
