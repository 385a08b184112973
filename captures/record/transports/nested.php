<?php
// A download that is FastCGI itself: STDOUT records of request 1, as a saved stream would hold them.
header('Content-Type: application/octet-stream');
for ($record = 1; $record <= (int) $_GET['records']; $record++) {
    $content = sprintf("record %06d of a download that looks like the stream around it\n", $record);
    echo pack('CCnnCC', 1, 6, 1, strlen($content), 0, 0), $content;
}
