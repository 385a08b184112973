<?php
// A short answer that tells what was asked.
header('Content-Type: text/plain; charset=utf-8');
echo $_SERVER['REQUEST_METHOD'], ' ', $_SERVER['REQUEST_URI'], "\n";
foreach ($_REQUEST as $name => $value) {
    echo $name, ' = ', $value, "\n";
}
