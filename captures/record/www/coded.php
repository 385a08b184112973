<?php
// The page /srv/page in the codings that ?coding= names, applied in their order. PHP has none for br and zstd,
// so /srv/page.br and /srv/page.zst are that page already; "bare" is deflate without zlib's wrapper.
$encode = [
    'gzip' => gzencode(...),
    'deflate' => gzcompress(...),
    'bare' => gzdeflate(...),
    'br' => fn() => file_get_contents('/srv/page.br'),
    'zstd' => fn() => file_get_contents('/srv/page.zst'),
    'chunked' => fn($page) => implode(array_map(
        fn($piece) => sprintf("%x\r\n%s\r\n", strlen($piece), $piece),
        [...str_split($page, 3000), '']
    )),
];
$page = file_get_contents('/srv/page');
foreach (array_filter(explode(',', $_GET['coding'])) as $coding) {
    $page = $encode[$coding]($page);
    if ($coding === 'chunked') {
        header('Transfer-Encoding: chunked');
    } else {
        header('Content-Encoding: ' . str_replace('bare', 'deflate', $coding), false);
    }
}
header('Content-Type: text/plain');
echo $page;
