-- Asks tshark about many display filters in one run.
--
-- JUDGE_FILTERS names a file with a filter a line. JUDGE_VERDICTS is written: "N wrong TEXT"
-- for a filter that tshark refuses, "N frame M" for each frame M that filter N passes.

local verdicts = assert(io.open(os.getenv("JUDGE_VERDICTS"), "w"))
local number = 0

for filter in io.lines(os.getenv("JUDGE_FILTERS")) do
    number = number + 1
    local asked = number
    local right, tap = pcall(Listener.new, "frame", filter)
    if right then
        tap.packet = function(packet)
            verdicts:write(asked, "\tframe\t", packet.number, "\n")
        end
    else
        verdicts:write(asked, "\twrong\t", (tostring(tap):gsub("%s+", " ")), "\n")
    end
end
