package Bench::Table;

# Rows of a table, the first of them its header, as text and as Markdown.

use strict;
use warnings FATAL => 'all';
use utf8;

sub _widths
{
    my (@rows) = @_;
    my @widths;
    for my $row (@rows) {
        for my $i (0 .. $#$row) {
            my $length = length($row->[$i] // '');
            $widths[$i] = $length if $length > ($widths[$i] // 0);
        }
    }
    return @widths;
}

sub _pad
{
    my ($text, $width) = @_;
    $text //= '';
    my $blanks = ' ' x ($width - length $text);
    return $text =~ /\A(?:< )?[\d.,%×~-]+\z/ ? "$blanks$text" : "$text$blanks";
}

sub text
{
    my (@rows) = @_;
    my @widths = _widths(@rows);
    return join '', map {
        my $row = $_;
        join('  ', map { _pad($row->[$_], $widths[$_]) } 0 .. $#widths) =~ s/\s+\z//r . "\n"
    } @rows;
}

sub markdown
{
    my ($header, @rows) = @_;
    my @widths = map { $_ < 3 ? 3 : $_ } _widths($header, @rows);
    my $line = sub {
        my ($row) = @_;
        return '| ' . join(' | ', map { _pad($row->[$_], $widths[$_]) } 0 .. $#widths) . " |\n";
    };
    return $line->($header) . '| ' . join(' | ', map { '-' x $_ } @widths) . " |\n" . join '',
        map { $line->($_) } @rows;
}

1;
