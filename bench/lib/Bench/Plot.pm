package Bench::Plot;

# Pictures by gnuplot, as SVG.

use strict;
use warnings FATAL => 'all';

# file      to write
# title, x, y  what the axes are
# commands  of gnuplot, before the plot
# lines     [ { title, with, points => [[x, y, ...], ...], using } ], each a curve or a set of boxes
sub draw
{
    my (%plot) = @_;
    my $text = _head(%plot);
    my (@data, @parts);
    for my $line (@{ $plot{lines} }) {
        my $name = '$d' . @parts;
        push @data, "$name << END\n" . join('', map { "@$_\n" } @{ $line->{points} }) . "END\n";
        my $using = $line->{using} // '1:2';
        push @parts,
            "$name using $using with "
            . ($line->{with} // 'linespoints')
            . (defined $line->{title} ? qq( title "$line->{title}") : ' notitle');
    }
    open my $out, '|-', 'gnuplot' or die "gnuplot: $!\n";
    print {$out} @data, $text, 'plot ', join(', ', @parts), "\n";
    close $out or die "gnuplot fails on $plot{file}\n";
    return;
}

sub _head
{
    my (%plot) = @_;
    my $commands = join '', map { "$_\n" } @{ $plot{commands} || [] };
    return <<"END";
set terminal svg size 720,400 font "sans,12" background rgb "white"
set output "$plot{file}"
set title "$plot{title}"
set xlabel "$plot{x}"
set ylabel "$plot{y}"
set grid ytics lc rgb "#dddddd"
set key outside right top
set border 3
set tics nomirror
$commands
END
}

1;
