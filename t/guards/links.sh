#!/bin/sh
# Each link of the documents leads to a file of the tree, or to a heading of one. Each file of the tree that they
# name in `code` is there, and so is each document that a comment of conf/ or of the sources names. Nothing is
# fetched: addresses of the web are left out.
set -eu
. "$(dirname "$0")/places.sh"

cd "$SRCDIR"
perl -e '
    use strict;
    use warnings;

    # Below the build folder, and where make install puts files; NAME and TAG stand for names, too.
    my %elsewhere = map { $_ => 1 } qw(t/logs/error_log t/conf/httpd.conf lib/systemd/system lib/sysusers.d);
    my %headings;    # page => { anchor => 1 }, as GitHub makes anchors
    my ($links, $names, $bad) = (0, 0, 0);

    sub lines {
        my $page = shift;
        open my $file, "<:encoding(UTF-8)", $page or die "$page: $!\n";
        my @lines = <$file>;
        return @lines;
    }

    sub headings {
        my $page = shift;
        return $headings{$page} //= do {
            my (%anchors, %times, $fence);
            for (lines($page)) {
                $fence = !$fence if /^```/;
                next if $fence || !/^#+\s+(.*?)\s*$/;
                my $anchor = lc $1;
                $anchor =~ s/\[([^]]*)\]\([^)]*\)/$1/g;
                $anchor =~ s/[^\w\- ]//g;
                $anchor =~ tr/ /-/;
                my $time = $times{$anchor}++;
                $anchors{ $time ? "$anchor-$time" : $anchor } = 1;
            }
            \%anchors;
        };
    }

    sub wrong {
        $bad++;
        print "links: $_[0]:$.: $_[1]\n";
    }

    for my $page (@ARGV) {
        my $folder = $page =~ m{^(.*/)} ? $1 : "";
        my $fence;
        $. = 0;
        for (lines($page)) {
            $.++;
            $fence = !$fence if /^```/;
            next if $fence;
            while (m{\]\(([^)\s]+)\)}g) {
                my $link = $1;
                next if $link =~ m{^[a-z]+:};
                $links++;
                my ($file, $anchor) = $link =~ /^([^#]*)(?:#(.*))?$/;
                my $to = $file eq "" ? $page : "$folder$file";
                1 while $to =~ s{[^/]+/\.\./}{};
                if (!-e $to) {
                    wrong($page, "$link: there is no $to");
                } elsif (defined $anchor && !headings($to)->{$anchor}) {
                    wrong($page, "$link: $to has no heading of that name");
                }
            }
            while (m{`((?:\./)?(?:bench|bin|build-aux|conf|debian|docs|lib|mod_[a-z_]+|t|web)/[\w./@+-]*\w)(?=[` ])}g) {
                my $name = $1;
                $names++;
                next if $name =~ m{[A-Z]{3}} || $elsewhere{$name};
                wrong($page, "there is no $name") if !-e $name && !-e "$name.in";
            }
        }
    }
    die "links: only $links links and $names names of files were found\n" if $links < 300 || $names < 100;
    exit($bad ? 1 : 0);
' ./*.md docs/*.md bench/peers/*.md debian/README* || failed=1

for page in $(grep -rhoE '\bdocs/[a-z0-9_-]+\.(md|yaml)' conf debian bin lib mod_* quickstart | sort -u); do
    [ -e "$page" ] || wrong "there is no $page, which is named in: $(grep -rlF "$page" conf debian bin lib mod_* quickstart | tr '\n' ' ')"
done
exit $failed
