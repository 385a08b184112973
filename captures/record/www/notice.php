<?php
// A notice and a warning of PHP and a line of the application's own, in an answer that is otherwise well;
// with ?late=1 they come when a part of the answer has been sent.
header('Content-Type: text/plain');
if (isset($_GET['late'])) {
    echo "so far all is well\n";
    ob_flush();
    flush();
}
$page = end(explode('/', $_SERVER['SCRIPT_NAME']));
echo $visitor;
error_log('cart: 3 articles, 59,85 €');
echo "$page is done\n";
