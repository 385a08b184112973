<?php
// Tells the length and the checksum of what was uploaded: as a form's file or as the request's body.
header('Content-Type: text/plain');
$file = $_FILES['report']['tmp_name'] ?? 'php://input';
$body = file_get_contents($file);
printf("%d bytes, MD5 %s\n", strlen($body), md5($body));
