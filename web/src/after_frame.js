/** Do something once what is drawn by now can be seen. @return a function that calls it off */
export function afterFrame(work) {
    let timer;
    const frame = requestAnimationFrame(() => { timer = setTimeout(work, 0); });
    return () => { cancelAnimationFrame(frame); clearTimeout(timer); };
}
