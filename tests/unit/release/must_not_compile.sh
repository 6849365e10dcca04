#!/bin/sh
# must_not_compile.sh - each way round the release gate is refused by the compiler, for the reason its
# first line names. Usage: must_not_compile.sh SOURCE_ROOT [CC]. Prints one line a file.
set -u
root=$1
cc=${2:-gcc}
failed=0
for file in "$root"/tests/unit/release/must_not_compile/*.c; do
    name=$(basename "$file")
    expected=$(sed -n '1s,^/\* expect: \(.*\) \*/$,\1,p' "$file")
    said=$(LC_ALL=C "$cc" -std=gnu2x -D_GNU_SOURCE -Wall -Wextra -Werror -I"$root/src" \
        -include "$root/src/core/banned.h" -fsyntax-only "$file" 2>&1)
    compiled=$?
    if [ "$name" = must_compile.c ]; then
        [ $compiled -eq 0 ] && echo "ok: $name compiles" && continue
    elif [ $compiled -ne 0 ] && echo "$said" | grep -q -- "$expected"; then
        echo "ok: $name is refused"
        continue
    fi
    echo "FAILED: $name: expected '$expected', the compiler said:"
    echo "$said"
    failed=1
done
exit $failed
