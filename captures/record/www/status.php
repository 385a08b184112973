<?php
// ?code=N answers with that status; a 302 leads to another page, a 204 has no body.
$code = (int) $_GET['code'];
http_response_code($code);
header('Content-Type: text/plain');
if ($code === 302) {
    header('Location: /hello.php?from=login');
}
if ($code !== 204) {
    echo "this is a $code\n";
}
