<?php
// Answers after ?seconds=N.
usleep((int) (1000000 * $_GET['seconds']));
header('Content-Type: text/plain');
echo "{$_GET['seconds']} seconds later\n";
