<?php
// An exception that nobody catches: the answer is a 500, the stack trace goes to STDERR.
function charge(int $cents): void
{
    throw new RuntimeException("card refused: $cents cents");
}

function checkout(array $cart): void
{
    charge(array_sum($cart));
}

checkout([1995, 1995, 1995]);
