// All that a debug build of Xcode 16 puts into the executable: the way into the dylib beside it.

extern int halden_main(void);

int main(void) { return halden_main(); }
