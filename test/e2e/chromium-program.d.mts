export declare const chromiumProgram: string
export declare const noChromium: string | false
