import { Problem, put } from 'bookable-kit';

/** A PUT of something new. @param pointer, taken  the field of its name, and what is said there if something has that name */
export async function putNew(path, body, pointer, taken) {
    try {
        return await put(path, body, { ifNoneMatch: '*' });
    } catch (problem) {
        if (problem.status !== 412) throw problem;
        throw new Problem(422, { code: 'bad-value', errors: [{ pointer, code: 'other', detail: taken }] });
    }
}
