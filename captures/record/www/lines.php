<?php
// ?count=N numbered lines of 64 bytes: one by one, or all in one echo with ?at=once, or each sent by itself
// with ?pause=MILLISECONDS after it.
header('Content-Type: text/plain');
file_put_contents('/tmp/worker.pid', getmypid());
$pause = (int) ($_GET['pause'] ?? 0);
$page = '';
for ($number = 1; $number <= $_GET['count']; $number++) {
    $line = sprintf("line %07d of %07d: the quick brown fox jumps over the dog\n", $number, $_GET['count']);
    if (($_GET['at'] ?? '') === 'once') {
        $page .= $line;
        continue;
    }
    echo $line;
    if ($pause) {
        ob_flush();
        flush();
        usleep(1000 * $pause);
    }
}
echo $page;
