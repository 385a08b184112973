<?php
// Reads an upload and tells how long it was.
header('Content-Type: text/plain');
echo strlen(file_get_contents('php://input')), " bytes\n";
