#!/bin/sh
# Make the page: build.sh SOURCE TARGET. SOURCE is this folder; TARGET is emptied, and then holds what httpd serves:
# index.html, and beside it a/ with files whose names change with their contents, each also compressed.
#
# Taken from the environment: ESBUILD; NODE_PATH, where React is.
set -eu
source=$(cd "$1" && pwd)
target=$2
esbuild=${ESBUILD:-esbuild}
NODE_PATH=${NODE_PATH:-/usr/share/nodejs}
export NODE_PATH LC_ALL=C

rm -rf "$target"
mkdir -p "$target/a"

# A name for a text: the first digits of its SHA-256.
hash_of() { sha256sum "$1" | cut -c 1-10; }

# Copy a file under a name with its hash; say that name.
place() {
    name=a/$2-$(hash_of "$1").$3
    cp "$1" "$target/$name"
    echo "$name"
}

bundle() {
    entry=$1
    out=$2
    shift 2
    "$esbuild" "$source/src/$entry" --bundle --minify --format=esm --target=es2022 --jsx=automatic --charset=utf8 \
        --legal-comments=none --log-level=warning --define:process.env.NODE_ENV='"production"' --outfile="$out" "$@"
}

work=$target/work
mkdir "$work"

# ---- languages: {"en":{"name":"English","file":"a/lang-en-….json","later":"a/later-en-….json"}}
languages=
for file in "$source"/lang/*.json; do
    tag=$(basename "$file" .json)
    name=$(sed -n 's/^"language": *{ *"name": *\("[^"]*"\).*/\1/p' "$file")
    tr -s '\n' ' ' <"$file" >"$work/lang.json"
    tr -s '\n' ' ' <"$source/lang/later/$tag.json" >"$work/later.json"
    first=$(place "$work/lang.json" "lang-$tag" json)
    later=$(place "$work/later.json" "later-$tag" json)
    languages="$languages${languages:+,}\"$tag\":{\"name\":$name,\"file\":\"$first\",\"later\":\"$later\"}"
done

# ---- scripts: first the one that is loaded later, for the other one names it, and lends it React and the kit. Of the
# other one most functions are needed at once: its first line tells V8 to compile them while it is loaded, beside all else.
NODE_PATH=$source/src/lazy bundle later/index.js "$work/later.js"
later=$(place "$work/later.js" later js)
bundle main.jsx "$work/main.js" --define:LANGUAGES="{$languages}" --define:LATER="\"$later\"" --banner:js='//# allFunctionsCalledOnLoad'
js=$(place "$work/main.js" main js)
css=$(place "$work/main.css" main css)

sed -e "s|@JS@|$js|" -e "s|@CSS@|$css|" "$source/index.html" >"$target/index.html"
rm -rf "$work"

# ---- compressed: brotli where it is, gzip always
for file in "$target"/a/*; do
    gzip -9 -n -k "$file"
    ! command -v brotli >/dev/null || brotli -q 11 -k "$file"
done
