/**
 * Name of a file in the folder of a model that has left the pool, and whose file is kept because it serves or may yet have
 * to: whoever lists the models passes it over.
 */
export const LEFT_POOL = '.left-the-pool';
