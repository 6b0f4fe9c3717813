// An app that only starts the scanner of its framework: it reaches Bluetooth through HaldenKit, not by itself.

__attribute__((objc_root_class)) @interface NSObject { void *isa; }
+ (instancetype)new;
@end
@interface HKNScanner : NSObject
- (void)start;
@end

int main(void) {
  [[HKNScanner new] start];
  return 0;
}
