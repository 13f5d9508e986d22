-- One free booking after the other, each for another person.
local thread_number = 0
local count = 0

function setup(thread)
   thread_number = thread_number + 1
   thread:set("me", thread_number)
end

function init()
   wrk.method = "POST"
   wrk.headers["Content-Type"] = "application/json"
   body = os.getenv("BODY")
   run = os.getenv("NAME")
end

function request()
   count = count + 1
   return wrk.format(nil, nil, nil, (string.gsub(body, "BUYER", run .. "-" .. me .. "-" .. count)))
end

dofile("tests/load/percentiles.lua")
