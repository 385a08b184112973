<?php
// A header block of nearly 10,000 bytes, most of it in one cookie.
header('Content-Type: text/plain');
header('X-Request-Cost: 17');
setcookie('theme', 'dark');
setcookie('cart', implode('.', range(100000, 101299)), 0, '/', '', true, true);
header('Link: ' . implode(', ', array_map(fn ($n) => "</style-$n.css>; rel=preload", range(1, 15))));
echo "too much to say before it\n";
