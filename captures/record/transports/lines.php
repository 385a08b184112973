<?php
// As many numbered lines as ?lines= asks for.
header('Content-Type: text/plain');
for ($line = 1; $line <= (int) $_GET['lines']; $line++) {
    printf("line %06d of a page whose lines are numbered, so that a missing one is seen\n", $line);
}
