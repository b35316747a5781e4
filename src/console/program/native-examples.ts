/** A program that does something at once. */
export interface Example {
  readonly name: string;
  readonly language: string;
  readonly code: string;
}

const BASH = `# Coloured words, one after the other.
set -eu
for word in one two three; do
  printf '\\033[32m%s\\033[0m\\n' "$word"
  sleep 0.3
done
printf 'lines here: %s\\n' "$(wc -l < "$0")"
`;

const C = `#include <stdio.h>

/* Prime numbers by Eratosthenes' sieve. */
int main(void) {
    enum { BOUND = 100 };
    char crossed[BOUND] = {0};
    for (int n = 2; n < BOUND; n++) {
        if (crossed[n]) continue;
        printf("%d ", n);
        for (int m = n * n; m < BOUND; m += n) crossed[m] = 1;
    }
    putchar('\\n');
}
`;

const CPP = `#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

int main() {
    std::vector<std::string> words{"pear", "apple", "fig", "banana"};
    std::sort(words.begin(), words.end(),
              [](const auto& a, const auto& b) { return a.size() < b.size(); });
    for (const auto& word : words) std::cout << word << '\\n';
}
`;

const GO = `package main

import (
\t"fmt"
\t"sync"
)

func main() {
\tvar group sync.WaitGroup
\tsquares := make([]int, 10)
\tfor n := range squares {
\t\tgroup.Add(1)
\t\tgo func() {
\t\t\tdefer group.Done()
\t\t\tsquares[n] = n * n
\t\t}()
\t}
\tgroup.Wait()
\tfmt.Println(squares)
}
`;

const RUST = `use std::collections::BTreeMap;

fn main() {
    let mut counts = BTreeMap::new();
    for letter in "mississippi".chars() {
        *counts.entry(letter).or_insert(0) += 1;
    }
    for (letter, count) in &counts {
        println!("{letter} {}", "#".repeat(*count));
    }
}
`;

const JAVA = `import java.util.stream.IntStream;

public class Main {
    record Square(int side, int area) {}

    public static void main(String[] args) {
        IntStream.rangeClosed(1, 5)
            .mapToObj(side -> new Square(side, side * side))
            .forEach(System.out::println);
    }
}
`;

const RUBY = `# The Collatz sequence from a number.
number = Integer(ARGV.first || 27)
steps = 0
until number == 1
  print number, " "
  number = number.even? ? number / 2 : 3 * number + 1
  steps += 1
end
puts 1, "#{steps} steps"
`;

const PHP = `<?php
// A table of squares and roots.
foreach (range(1, 5) as $n) {
    printf("%d  %2d  %.3f\\n", $n, $n ** 2, sqrt($n));
}
`;

const PERL = `use strict;
use warnings;

# Words of a text by how often they stand there.
my %count;
$count{lc $_}++ for 'To be, or not to be, that is the question' =~ /\\w+/g;
printf "%-8s %s\\n", $_, '*' x $count{$_} for sort { $count{$b} <=> $count{$a} || $a cmp $b } keys %count;
`;

const LUA = `-- The Fibonacci numbers, by a coroutine.
local function fibonacci()
  local a, b = 0, 1
  while true do
    coroutine.yield(a)
    a, b = b, a + b
  end
end

local next_number = coroutine.wrap(fibonacci)
for _ = 1, 15 do io.write(next_number(), " ") end
print()
`;

const R = `# A line through noisy points.
set.seed(1)
x <- 1:20
y <- 3 * x + 5 + rnorm(20)
cat("y = 3 x + 5, and some noise:\\n")
print(summary(lm(y ~ x))$coefficients)
`;

const SQLITE = `-- Powers of two, by a recursive query.
WITH RECURSIVE powers(n, value) AS (
  SELECT 0, 1
  UNION ALL
  SELECT n + 1, value * 2 FROM powers WHERE n < 10
)
SELECT n, value FROM powers;
`;

/** Programs in the languages that take this or that tool on the server's machine. */
export const NATIVE_EXAMPLES: readonly Example[] = [
  { name: 'Coloured words', language: 'bash', code: BASH },
  { name: 'Prime numbers', language: 'c', code: C },
  { name: 'Sorted words', language: 'cpp', code: CPP },
  { name: 'Goroutines', language: 'go', code: GO },
  { name: 'Counted letters', language: 'rust', code: RUST },
  { name: 'Squares', language: 'java', code: JAVA },
  { name: 'Collatz sequence', language: 'ruby', code: RUBY },
  { name: 'A table', language: 'php', code: PHP },
  { name: 'Counted words', language: 'perl', code: PERL },
  { name: 'Fibonacci numbers', language: 'lua', code: LUA },
  { name: 'A line through points', language: 'r', code: R },
  { name: 'Powers of two', language: 'sqlite', code: SQLITE },
];
