/** What is asked before a change, of whoever works alone: nobody takes over, so it never throws. */
export const alone = async (): Promise<void> => undefined;
