// A framework with a privacy manifest of its own, linked the way that systems before iOS 15 need it.

extern int stat(const char *path, void *buffer);

__attribute__((objc_root_class)) @interface NSObject { void *isa; }
+ (instancetype)new;
@end
@interface CBCentralManager : NSObject
- (void)scanForPeripheralsWithServices:(void *)services options:(void *)options;
@end

@interface HKNScanner : NSObject
- (void)start;
@end
@implementation HKNScanner
- (void)start {
  static char room[256];
  stat("locks", room);
  [[CBCentralManager new] scanForPeripheralsWithServices:0 options:0];
}
@end
